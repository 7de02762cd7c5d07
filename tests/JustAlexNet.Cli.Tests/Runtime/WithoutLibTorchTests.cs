using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

/// <summary>What an .onnx file is used with is ONNX Runtime alone.</summary>
public sealed class WithoutLibTorchTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("transfer"), InlineData("export")]
    public void Predict_and_evaluate_on_an_onnx_file_load_neither_TorchSharp_nor_libtorch_and_predict_no_ScottPlot(string verb)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is loaded stands in /proc.");
        var model = verb == "transfer" ? Onnx() : Exported();

        var predicting = LoadedModules.Of(scratch, "predict", trained.Folder, "--checkpoint", model, "--csv", scratch.At("a.csv"), "--embeddings", scratch.At("f.npy"));
        var evaluating = LoadedModules.Of(scratch, "evaluate", trained.Folder, "--checkpoint", model, "--output", scratch.At("evaluation"));

        Assert.All([predicting, evaluating], modules =>
        {
            Assert.Contains(modules, name => name.StartsWith("libonnxruntime", StringComparison.Ordinal));
            Assert.DoesNotContain(modules, IsTorch);
        });
        Assert.DoesNotContain("ScottPlot", predicting);
        Assert.Contains("ScottPlot", evaluating);
    }

    [Fact]
    public void Photos_are_checked_without_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is loaded stands in /proc.");
        var modules = LoadedModules.Of(scratch, "dataset", "check", trained.Folder, "--output", scratch.At("check"));
        Assert.DoesNotContain(modules, IsTorch);
        Assert.DoesNotContain("ScottPlot", modules);
        Assert.Contains(modules, name => name.Contains("SkiaSharp", StringComparison.Ordinal));
    }

    [Fact]
    public void Checkpoint_loads_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is loaded stands in /proc.");
        var modules = LoadedModules.Of(scratch, "predict", trained.Folder, "--checkpoint", trained.Best);
        Assert.Contains("TorchSharp", modules);
        Assert.Contains("libtorch_cpu.so", modules);
    }

    private static bool IsTorch(string name) => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.StartsWith("libc10", StringComparison.Ordinal);

    private string Exported()
    {
        var answer = Here.Run("export", trained.Best, "--output", scratch.At("exported.onnx"));
        Assert.True(answer.Code == 0, answer.Err);
        return scratch.At("exported.onnx");
    }

    private string Onnx()
    {
        var answer = Here.Run("transfer", trained.Folder, "--backbone", $"onnx:{Repository.At("tests", "Shared", "channel-means.onnx")}", "--preprocessing", "squash", "--image-size", "16", "--output", scratch.At("run"));
        Assert.True(answer.Code == 0, answer.Err);
        return scratch.At("run", "best_model.onnx");
    }
}
