namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>Every command that a reader is shown works. The Chinese pages hold the same commands (<see cref="TranslationTests"/>), so the English ones are run.</summary>
[Collection(Pages.Name)]
public sealed class CommandTests
{
    /// <summary>What is not run as it stands, and why. Everything else is.</summary>
    private static readonly (string Page, string Shown, string Run, string Why)[] Replacements =
    [
        ("README.md", "dotnet build -c Release", ":", "the test stands in what this command builds"),
        ("README.md", "dotnet test -c Release", ":", "it is the run that this test is part of"),
        ("README.md", "--epochs 18", "--epochs 1", "the README says which accuracy the whole run reaches; here it is enough that it runs"),
        ("docs/serving.md", "serve model.onnx &", "serve model.onnx --http-port 38000 --grpc-port 38001 --metrics-port 38002 &", "8000 may be another program's"),
        ("docs/serving.md", "localhost:8000", "localhost:38000", "as above"),
    ];

    /// <summary>Languages of fenced blocks: run here, run by another test, or only looked at.</summary>
    private static readonly Dictionary<string, string> Languages = new()
    {
        ["bash"] = "run here",
        ["csharp"] = "compiled and run by ExampleTests; what is of samples/, by the tests of serving",
        ["python"] = "run by PyTorchTests where PyTorch is installed",
        ["text"] = "not a command: output, layouts, formulas",
        ["console"] = "needs what not every machine has: root's rights, a network, a GPU, grpcurl, a container engine",
        ["xml"] = "a part of a project file",
    };

    public static TheoryData<string> PagesWithCommands => [.. Page.English.Where(page => page.Blocks.Any(block => block.Language == "bash")).Select(page => page.Name)];

    [Theory, MemberData(nameof(PagesWithCommands))]
    public void Every_command_of_a_page_does_its_work_in_the_order_shown(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are written for bash");
        var page = Page.Read(name);
        using var scratch = new PageScratch(page);
        foreach (var block in page.Blocks.Where(block => block.Language == "bash"))
        {
            var script = Replacements.Where(r => r.Page == name).Aggregate(block.Text, (text, r) => text.Replace(r.Shown, r.Run, StringComparison.Ordinal));
            var (exit, said) = scratch.Run("bash", "-euo", "pipefail", "-c", script);
            Assert.True(exit == 0, $"{block} ended with {exit}:\n{script}\n{said}");
        }
    }

    [Fact]
    public void Every_replacement_is_still_needed() =>
        Assert.All(Replacements, r => Assert.Contains(Page.Read(r.Page).Blocks, block => block.Text.Contains(r.Shown, StringComparison.Ordinal)));

    [Fact]
    public void Every_block_says_what_it_is() =>
        Assert.All(Page.All.SelectMany(page => page.Blocks), block => Assert.True(Languages.ContainsKey(block.Language), $"{block} is '{block.Language}', expected {string.Join(", ", Languages.Keys)}"));
}
