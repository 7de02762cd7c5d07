using JustAlexNet.Campaigns.Disks;
using JustAlexNet.Campaigns.Kills;
using JustAlexNet.Campaigns.Memory;
using JustAlexNet.Campaigns.Loading;
using JustAlexNet.Campaigns.Numbers;
using JustAlexNet.Campaigns.Onnx;
using JustAlexNet.Campaigns.Pictures;
using JustAlexNet.Campaigns.Texts;
using JustAlexNet.Campaigns.Weights;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>The campaigns by name.</summary>
internal static class CampaignCatalogue
{
    /// <summary>All, in the order of help.</summary>
    public static IReadOnlyList<Campaign> All { get; } =
    [
        new KillCampaign(),
        new DiskCampaign(),
        new DamageCampaign(),
        new MemoryCampaign(),
        new PictureCampaign(),
        new WeightsCampaign(),
        new OnnxCampaign(),
        new TextCampaign(),
        new LoaderCampaign(),
        new FolderCampaign(),
        new NumbersCampaign(),
    ];

    /// <summary>The one of a name, <see cref="FrameCheck"/> too, or null.</summary>
    public static Campaign? Find(string name) => All.Append(new FrameCheck()).FirstOrDefault(campaign => campaign.Name == name);
}
