using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Inspect_shows_kind_values_tensors_and_parameters()
    {
        var path = Golden("training.pth");

        var answer = Here.Run("weights", "inspect", path);

        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal($"{path}   PyTorch (zip)", answer.Lines[0]);
        Assert.Contains("args.note                                             训练", answer.Lines);
        Assert.Contains("model_state_dict.0.weight                             float32    4 x 3 x 3 x 3", answer.Lines);
        Assert.Equal("145 parameters in 9 tensors under model_state_dict (running statistics not counted)", answer.Lines[^1]);
    }

    [Fact]
    public void Convert_makes_the_folder_of_its_target_but_not_for_a_source_that_cannot_be_read()
    {
        var target = Path.Combine(scratch.Folder, "new", "deep", "model.safetensors");
        Assert.Equal(ExitCode.Failed, Here.Run("weights", "convert", Golden("hostile-eval.pth"), target).Code);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
        Assert.Equal(0, Here.Run("weights", "convert", Golden("zip.pth"), target).Code);
        Assert.Equal(0, Here.Run("weights", "diff", Golden("zip.pth"), target).Code);
    }

    [Fact]
    public void Convert_onto_a_link_keeps_the_link_and_says_what_was_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        File.CreateSymbolicLink(scratch.At("link.pth"), "real.pth");
        File.WriteAllText(scratch.At("real.pth"), "old");
        var answer = Here.Run("weights", "convert", Golden("zip.pth"), scratch.At("link.pth"), "--overwrite");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal("real.pth", new FileInfo(scratch.At("link.pth")).LinkTarget);
        Assert.Equal(0, Here.Run("weights", "diff", Golden("zip.pth"), scratch.At("real.pth")).Code);
        Assert.Equal($"{scratch.At("link.pth")}   {new FileInfo(scratch.At("real.pth")).Length:N0} bytes", Assert.Single(answer.Lines));
    }

    [Fact]
    public void Inspect_says_what_loading_will_do_to_the_names() =>
        Assert.Equal("to be loaded: took the prefix 'module.' off all 9 names", Here.Run("weights", "inspect", Golden("dataparallel.pth")).Lines[^1]);

    [Fact]
    public void Inspect_gives_one_JSON_object()
    {
        var answer = Here.Run("weights", "inspect", Golden("legacy.pth"), "--json");

        using var json = JsonDocument.Parse(Assert.Single(answer.Lines));
        Assert.Equal("PyTorch (legacy, before 1.6)", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(145, json.RootElement.GetProperty("parameters").GetInt64());
        Assert.Equal("[4,3,3,3]", json.RootElement.GetProperty("tensors")[0].GetProperty("shape").GetRawText());
        Assert.Equal("", json.RootElement.GetProperty("state_dict").GetString());
    }

    [Theory]
    [InlineData("hostile-system.pth", "it asks for posix.system; nothing of it was run.")]
    [InlineData("hostile-eval.pth", "it asks for __builtin__.eval; nothing of it was run.")]
    [InlineData("whole-module.pth", "it asks for torch.nn.modules.container.Sequential; nothing of it was run.")]
    [InlineData("torchscript.pt", "it asks for TorchScript, a program (torch.jit.save); nothing of it was run.")]
    public void Hostile_file_is_refused_by_every_verb_for_weights(string name, string why)
    {
        var path = Golden(name);
        string[] lines = [$"error: cannot read {path}: {why}", "  Weights are dictionaries, lists, numbers, texts and tensors: save them with torch.save(model.state_dict(), path)."];

        Here.Run("weights", "inspect", path).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("weights", "convert", path, scratch.At("out.pth")).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("weights", "diff", path, path).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("predict", Repository.At("samples", "test.png"), "--pretrained", path, "--model", "resnet18").IsBareRefusal(ExitCode.Failed, lines);
        Assert.Empty(Directory.GetFiles(scratch.Folder));
        Assert.False(File.Exists("justalexnet-pwned"));
    }

    [Fact]
    public void Convert_there_and_back_is_equal_by_diff()
    {
        var (safe, back) = (scratch.At("a.safetensors"), scratch.At("a.pth"));

        var first = Here.Run("weights", "convert", Golden("training.pth"), safe);
        var second = Here.Run("weights", "convert", safe, back, "--json");
        var diff = Here.Run("weights", "diff", Golden("training.pth"), back);

        Assert.Equal((0, $"{safe}   1,260 bytes\n"), (first.Code, first.Out));
        Assert.Equal($"note: {safe} cannot hold, or was not asked to hold: epoch, arch, optimizer_state_dict, best_acc, class_to_idx, args, history\n", first.Err);
        Assert.Equal((0, ""), (second.Code, second.Err));
        using var json = JsonDocument.Parse(second.Out);
        Assert.Equal(0, json.RootElement.GetProperty("left_out").GetArrayLength());
        Assert.Equal((0, "equal: 9 tensors\n", ""), (diff.Code, diff.Out, diff.Err));
    }

    [Fact]
    public void Convert_refuses_what_it_cannot_do()
    {
        File.WriteAllText(scratch.At("there.pth"), "precious");
        Here.Run("weights", "convert", Golden("zip.pth"), scratch.At("there.pth")).IsBareRefusal(ExitCode.Failed,
            $"error: {scratch.At("there.pth")} is there already; it is left as it is.", "  Name another file, or pass --overwrite to replace it.");
        Here.Run("weights", "convert", "zip.pth", "weights.onnx").IsBareRefusal(ExitCode.Usage,
            "error: TARGET is 'weights.onnx': an .onnx file holds the network besides its weights", "  Write it with: justalexnet export zip.pth --output weights.onnx");
        Here.Run("weights", "convert", Golden("zip.pth"), "weights.bin").IsBareRefusal(ExitCode.Usage,
            "error: TARGET is 'weights.bin', expected a name that ends in .pth, .pt, .safetensors: the ending says which format to write", "  See: justalexnet weights convert --help");
        Assert.Equal("precious", File.ReadAllText(scratch.At("there.pth")));
    }

    [Fact]
    public void Diff_says_what_differs_and_ends_with_1()
    {
        var answer = Here.Run("weights", "diff", Golden("zip.pth"), Golden("training.pth"));
        var json = Here.Run("weights", "diff", Golden("zip.pth"), Golden("strides.pth"), "--json");

        Assert.Equal(1, answer.Code);
        Assert.Contains("1.num_batches_tracked   differs by up to 2", answer.Lines);
        Assert.Equal("different: 9 of 9 common tensors, 0 in one file only", answer.Lines[^1]);
        Assert.Equal(1, json.Code);
        using var parsed = JsonDocument.Parse(json.Out);
        Assert.False(parsed.RootElement.GetProperty("equal").GetBoolean());
        Assert.Equal(6, parsed.RootElement.GetProperty("only_in_b").GetArrayLength());
    }

    [Fact]
    public void Weights_alone_names_its_commands() =>
        Here.Run("weights").IsBareRefusal(ExitCode.Usage, "error: a command is missing, expected one of inspect, convert, diff", "  See: justalexnet weights --help");

    private static string Golden(string name) => Repository.Golden("checkpoints", name);
}
