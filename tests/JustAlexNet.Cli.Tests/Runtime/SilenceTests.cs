using System.Diagnostics;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

/// <summary>The command as a process, its standard error a pipe; where a C compiler is there, on a processor that NNPACK does not know.</summary>
public sealed class SilenceTests(TrainedModel model, OddProcessor processor) : IClassFixture<TrainedModel>, IClassFixture<OddProcessor>, IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<string, string?> Commands()
    {
        var all = new TheoryData<string, string?>();
        foreach (var line in new[]
                 {
                     "predict PHOTO --checkpoint BEST", "evaluate FOLDER --checkpoint BEST --split all --output OUT", "models test resnet18 --image-size 64 --classes 2 --batch-size 1",
                     "transfer FOLDER --pretrained BEST --no-cache --output OUT", "transfer FOLDER --pretrained BEST --no-cache --mode finetune --epochs 1 --batch-size 2 --output OUT",
                     "train FOLDER --model resnet18 --image-size 64 --batch-size 2 --epochs 1 --precision fp32 --output OUT",
                 })
            foreach (var threads in new[] { "1", null }) all.Add(line, threads);
        return all;
    }

    [Theory, MemberData(nameof(Commands))]
    public void Standard_error_is_empty_after_a_success(string line, string? threads)
    {
        var answer = Run(line, threads);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.NotEmpty(answer.Out);
    }

    [Fact]
    public void What_a_person_should_know_stands_with_the_result() =>
        Assert.Contains("note: 12 of 15 photos were trained on", Run("evaluate FOLDER --checkpoint BEST --split all --output OUT", "1").Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("1")]
    [InlineData(null)]
    public void A_prediction_in_JSON_is_nothing_else(string? threads)
    {
        var answer = Run("predict PHOTO --checkpoint BEST --json", threads);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith("{", Assert.Single(answer.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData(null)]
    public void With_JSON_standard_error_holds_our_own_lines(string? threads)
    {
        var answer = Run("transfer FOLDER --pretrained BEST --no-cache --output OUT --json", threads);
        Assert.Equal(0, answer.Code);
        Assert.All(answer.Err.Split('\n'), line => Assert.Matches("^($|note: |resnet18 from |cpu, |(fp32|bf16)(: |  )|plan  |time  |features |head |best |see |next )", line));
        Assert.All(answer.Lines, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_shown_where_standard_error_is_watched_and_not_because_standard_output_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "script(1), which makes a terminal, is not here.");
        var errors = scratch.At("errors.txt");
        var command = $"'{Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli")}' evaluate '{model.Folder}' --checkpoint '{model.Best}' --output '{scratch.At("watched")}' 2> '{errors}'";
        using var terminal = Process.Start(new ProcessStartInfo("/usr/bin/script", ["-qec", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        terminal.StandardInput.Close();
        var shown = await terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("top-1 ", shown, StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(errors, TestContext.Current.CancellationToken));
    }

    public void Dispose() => scratch.Dispose();

    private Answer Run(string line, string? threads)
    {
        var environment = new Dictionary<string, string?>(processor.Environment) { ["OMP_NUM_THREADS"] = threads };
        return Child.Run(environment, [.. line.Split(' ').Select(word => word switch
        {
            "PHOTO" => Path.Combine(model.Folder, "cats", "00.bmp"), "FOLDER" => model.Folder, "BEST" => model.Best, "OUT" => scratch.At("out"), _ => word,
        })]);
    }
}
