using JustAlexNet.Campaigns.Pictures;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>The campaigns by name.</summary>
internal static class CampaignCatalogue
{
    /// <summary>All, in the order of help.</summary>
    public static IReadOnlyList<Campaign> All { get; } =
    [
        new PictureCampaign(),
    ];

    /// <summary>The one of a name, <see cref="FrameCheck"/> too, or null.</summary>
    public static Campaign? Find(string name) => All.Append(new FrameCheck()).FirstOrDefault(campaign => campaign.Name == name);
}
