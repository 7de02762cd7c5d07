using System.Diagnostics;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>What a command makes of the shell, the folders and the machine that it is started in.</summary>
public sealed class SurroundingsTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(">&-"), InlineData("<&- >&-")]
    public void Standard_output_that_the_caller_closed_is_said(string redirection) =>
        Started($"\"$0\" \"$@\" {redirection}", "models").IsBareRefusal(ExitCode.Failed,
            "error: standard output is closed (>&-), and results are written there", "  Leave it open; > /dev/null throws them away.");

    [Fact]
    public void Standard_error_that_the_caller_closed_spoils_nothing()
    {
        var answer = Started("\"$0\" \"$@\" 2>&-", "models");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith("name ", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_home_folder_weights_are_not_downloaded_into_the_current_one()
    {
        Started("HOME=/nonexistent XDG_CACHE_HOME= JUSTALEXNET_CACHE= \"$0\" \"$@\"", "predict", "x.jpg", "--model", "resnet18", "--pretrained", "imagenet").IsBareRefusal(ExitCode.Failed,
            "error: there is no home folder to keep downloaded weights in",
            "  Name a folder with JUSTALEXNET_CACHE, or fetch the weights by hand and name them with --pretrained FILE.");
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Theory, InlineData(""), InlineData("cache")]
    public void Without_a_home_folder_features_are_not_kept_in_the_current_one(string caches)
    {
        var answer = Started($"HOME=/nonexistent XDG_CACHE_HOME={caches} \"$0\" \"$@\"", "transfer", model.Folder, "--pretrained", model.Best, "--output", "made");
        Assert.Equal(0, answer.Code);
        Assert.Contains("note: features are not kept: there is no home folder for a cache (name one with --cache)\n", answer.Out, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(scratch.Folder, "made")], Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Theory, InlineData("predict"), InlineData("evaluate")]
    public void Unknown_jpeg_decoder_is_said(string verb) =>
        Started("JUSTALEXNET_JPEG=magic \"$0\" \"$@\"", verb, model.Folder, "--checkpoint", model.Best).IsBareRefusal(ExitCode.Failed,
            "error: JUSTALEXNET_JPEG is 'magic', expected turbo (libjpeg-turbo), skia (SkiaSharp), or nothing for the faster one that is here.");

    [Fact]
    public void File_name_may_begin_with_an_at_sign()
    {
        File.Copy(Repository.At("samples", "test.png"), scratch.At("@photo.png"));
        var answer = Started("\"$0\" \"$@\"", "predict", "@photo.png", "--checkpoint", model.Best);
        Assert.Equal(0, answer.Code);
        Assert.StartsWith("@photo.png   ", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_memory_holds_is_refused_before_it_begins()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How much memory is there is known on Linux only.");
        var answer = Here.Run("models", "test", "alexnet", "--batch-size", "2000000000");
        Assert.Equal((ExitCode.Failed, ""), (answer.Code, answer.Out));
        Assert.Matches(
            "^error: training alexnet with 2,000,000,000 pictures of 224 x 224 at once in fp32 takes about \\d+\\.\\d GiB, and .* are there \\(of the machine, or within the limit of its container\\)\\.\n"
            + "  Pass (--batch-size \\d+ or less, )?a smaller --image-size, or make memory free\\.\n$", answer.Err);
    }

    [Theory]
    [InlineData("train", "--workers", "100000", "--workers is 100000, expected auto or 0 to 512: each is a thread, and more threads than the machine has cores gain nothing")]
    [InlineData("train", "--image-size", "30000", "--image-size is 30000, expected 1 to 26754, or sizes with the epochs they begin with, such as 128@1,176@5: a photo of more takes above 2 GiB; 224 is usual")]
    [InlineData("evaluate", "--workers", "100000", "--workers is 100000, expected auto or 0 to 512: each is a thread, and more threads than the machine has cores gain nothing")]
    [InlineData("transfer", "--workers", "513", "--workers is 513, expected auto or 0 to 512: each is a thread, and more threads than the machine has cores gain nothing")]
    [InlineData("transfer", "--image-size", "30000", "--image-size is 30000, expected auto or 1 to 26754: a photo of more takes above 2 GiB; 224 is usual")]
    public void Numbers_beyond_every_machine_are_refused(string verb, string option, string value, string reason)
    {
        string[] weights = verb == "transfer" ? ["--pretrained", model.Best] : [];
        Here.Run([verb, model.Folder, option, value, .. weights]).IsBareRefusal(ExitCode.Usage, $"error: {reason}", $"  See: justalexnet {verb} --help");
    }

    [Fact]
    public void Class_map_may_name_two_classes_alike()
    {
        var map = scratch.At("names.txt");
        File.WriteAllText(map, "crane\ndogs\ncrane\n");
        Photos.Of(scratch, "dogs-only", 4, "dogs");
        var answer = Here.Run("evaluate", scratch.At("dogs-only"), "--split", "all", "--checkpoint", model.Best, "--class-map", map, "--output", scratch.At("result"));
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Photos.Of(scratch, "cranes", 4, "crane", "dogs");
        Here.Run("evaluate", scratch.At("cranes"), "--split", "all", "--checkpoint", model.Best, "--class-map", map, "--output", scratch.At("result")).IsBareRefusal(ExitCode.Failed,
            $"error: {scratch.At("cranes")} has 1 class folder whose name several classes of the network share: crane",
            "  Which of them is meant cannot be told. Give each class a name of its own in a file for --class-map, and name the folder so.");
    }

    // In a shell, in the scratch folder: "$0" "$@" is the command.
    private Answer Started(string script, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A shell is needed, and /proc.");
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, host, Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = scratch.Folder,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }
}
