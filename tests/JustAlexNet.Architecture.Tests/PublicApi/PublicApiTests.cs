using PublicApiGenerator;

namespace JustAlexNet.Architecture.Tests.PublicApi;

/// <summary>The public API stands as text beside this test, so that a change of it shows in the change.</summary>
public sealed class PublicApiTests
{
    private const string Accept = "JUSTALEXNET_ACCEPT_API";

    [Theory]
    [InlineData("JustAlexNet.Imaging", typeof(Imaging.RgbImage))]
    [InlineData("JustAlexNet.Onnx", typeof(Onnx.OnnxNetwork))]
    [InlineData("JustAlexNet.Inference", typeof(Inference.SavedModel))]
    [InlineData("JustAlexNet", typeof(Models.Network))]
    [InlineData("JustAlexNet.Serving", typeof(Serving.ModelRepository))]
    public void Public_API_is_the_one_on_record(string name, Type inside)
    {
        var path = Repository.At("tests", "JustAlexNet.Architecture.Tests", "PublicApi", name + ".txt");
        var now = inside.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1") File.WriteAllText(path, now);
        if (Difference(File.Exists(path) ? File.ReadAllText(path) : "", now) is { } difference)
            Assert.Fail(
                $"The public API of {name} is not the one on record:\n{difference}\n"
                + $"If the change is meant, run this test once with {Accept}=1, commit {Path.GetRelativePath(Repository.Root, path)} and add a line to CHANGELOG.md.");
    }

    [Fact]
    public void A_changed_member_is_named_in_both_forms()
    {
        Assert.Null(Difference("a\nb\n", "a\nb\n"));
        Assert.Equal("- b\n+ c", Difference("a\nb\n", "a\nc\n"));
        Assert.Equal("+ b", Difference("a\nd\n", "a\nb\nd\n"));
    }

    /// <summary>Lines gone and lines come, at most twenty; null where the texts are equal.</summary>
    private static string? Difference(string recorded, string now)
    {
        if (recorded == now) return null;
        string[] before = recorded.Split('\n'), after = now.Split('\n');
        var lines = before.Except(after).Select(l => "- " + l).Concat(after.Except(before).Select(l => "+ " + l)).ToList();
        return lines.Count == 0 ? "(the order or number of equal lines)" : string.Join('\n', lines.Take(20)) + (lines.Count > 20 ? $"\n  and {lines.Count - 20} more lines" : "");
    }
}
