using JustAlexNet.Campaigns.Files;
using JustAlexNet.Campaigns.Frame;

namespace JustAlexNet.Campaigns.Texts;

/// <summary>Class maps, recipes, tables, lists and records from strangers.</summary>
internal sealed class TextCampaign : Campaign
{
    public override string Name => "texts";

    public override string About => "Mutated class maps, recipes (YAML), tables (CSV), records (JSON), lists and keys: each is read, or refused with its path.";

    public override long StandardCount => 50_000;

    public override int BlockSize => 2500;

    public override CaseOutcome Run(CaseContext context)
    {
        var reader = TextFiles.All[(int)(context.Index % TextFiles.All.Count)];
        var folder = Path.Combine(context.Folder, "case");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);      // what the case before has left
        var path = Path.Combine(folder, reader.Name.Length > 0 ? reader.Name : "file");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, TextMutation.Of(reader.Whole, context.Random));
        return Verdict.Of(reader.Kind, path, () => reader.Read(path));
    }
}
