using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Output.Tests;

/// <summary>Names that would move what stands beside them, or command the terminal, in what every verb says; files keep them.</summary>
public sealed class ControlCharacterTests : IDisposable
{
    private const string Class = "tab\tbed", Shown = "tab\\011bed";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Are_shown_in_octal_and_kept_in_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No name holds them on Windows.");
        var photos = Photos.Of(scratch, "pho\u001b[31mtos", 4, "cats", Class);
        var odd = Path.Combine(photos, Class, "new\nline.jpg");
        File.WriteAllText(odd, "no picture");
        var run = Path.Combine(scratch.Folder, "run\u007f");
        var trained = Here.Train(photos, run, "--epochs", "1", "--precision", "fp32", "--bad-images", "skip");
        Assert.Contains("\nnote: left out ", $"\n{trained.Err}", StringComparison.Ordinal);
        Assert.Contains($"/pho\\033[31mtos/{Shown}/new\\012line.jpg: it is no picture", trained.Err, StringComparison.Ordinal);
        Assert.Contains("--checkpoint \"$(printf '", trained.Out, StringComparison.Ordinal);

        var best = Path.Combine(run, "best_model.pth");
        var evaluated = Here.Run("evaluate", photos, "--split", "all", "--checkpoint", best, "--output", scratch.At("evaluation"), "--bad-images", "skip", "--predictions", scratch.At("predictions.csv"));
        Assert.Contains($"\n{Shown}  ", evaluated.Out, StringComparison.Ordinal);
        Assert.Contains($",{Class},", File.ReadAllText(scratch.At("predictions.csv")), StringComparison.Ordinal);
        var predicted = Here.Run("predict", photos, "--checkpoint", best, "--topk", "2");
        Assert.Contains($"   {Shown}   0.", predicted.Out, StringComparison.Ordinal);
        Assert.Contains($"error: cannot read ", predicted.Err, StringComparison.Ordinal);
        var shown = Here.Run("dataset", "show", photos, "--output", scratch.At("she\tet.png"), "--image-size", "32", "--count", "1", "--epochs", "1");
        Assert.Contains("she\\011et.png   1 photo", shown.Out, StringComparison.Ordinal);
        var refused = Here.Run("train", photos + "\t", "--output", run);
        Assert.Contains("tos\\011\n", refused.Err, StringComparison.Ordinal);

        foreach (var answer in new[] { trained, evaluated, predicted, shown, refused })
            Assert.DoesNotContain(answer.Out + answer.Err, c => char.IsControl(c) && c != '\n');
        Assert.All(predicted.Err.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(error: |note: |  )", line));
        Assert.Contains("\"class\":\"tab\\tbed\"", Here.Run("predict", photos, "--checkpoint", best, "--topk", "2", "--json").Out, StringComparison.Ordinal);
        Assert.Contains("tab\\tbed", File.ReadAllText(Path.Combine(run, "class_to_idx.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Command_to_copy_names_the_real_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no printf.");
        var word = ShellWord.Of("a\tb 100% 'c'");
        Assert.Equal("\"$(printf 'a\\011b 100%% \\047c\\047')\"", word);
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"printf %s {word}"]) { RedirectStandardOutput = true })!;
        Assert.Equal("a\tb 100% 'c'", shell.StandardOutput.ReadToEnd());
    }
}
