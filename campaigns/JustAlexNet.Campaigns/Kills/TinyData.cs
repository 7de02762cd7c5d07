using JustAlexNet.Bench;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>Eighteen photos of the sample, the same with two that cannot be read, and random weights of a resnet18. Made once.</summary>
/// <param name="folder">Where they stand; need not be there.</param>
internal sealed class TinyData(string folder)
{
    private static readonly string[] Classes = ["dress", "hat", "pants"];

    /// <summary>Twelve for training, six for validation.</summary>
    public string Photos => Made("photos", isBad: false);

    /// <summary>Two more of them are no pictures.</summary>
    public string BadPhotos => Made("bad-photos", isBad: true);

    /// <summary>As PyTorch's users save them.</summary>
    public string Weights
    {
        get
        {
            Directory.CreateDirectory(folder);
            Runtime.TorchRuntime.Prepare();
            return ForeignWeights.Write(Path.Combine(folder, "resnet18.pth"));
        }
    }

    private string Made(string name, bool isBad)
    {
        var made = Path.Combine(folder, name);
        if (Directory.Exists(made)) return made;
        var attempt = $"{made}.{Environment.ProcessId}";
        foreach (var kind in Classes)
        {
            Copy("train", kind, attempt, 4);
            Copy("val", kind, attempt, 2);
        }
        if (isBad)
            foreach (var part in new[] { "train", "val" }) File.WriteAllText(Path.Combine(attempt, part, Classes[0], "bad.jpg"), "no picture");
        Directory.Move(attempt, made);
        return made;
    }

    private static void Copy(string part, string kind, string target, int count)
    {
        var to = Directory.CreateDirectory(Path.Combine(target, part, kind)).FullName;
        foreach (var photo in Directory.GetFiles(Path.Combine(Checkout.Root, "samples", "clothing-mini", part, kind), "*.jpg").Order(StringComparer.Ordinal).Take(count)) File.Copy(photo, Path.Combine(to, Path.GetFileName(photo)));
    }
}
