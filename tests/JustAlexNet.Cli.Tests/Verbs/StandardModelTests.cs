using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>Which model predict and evaluate take where nobody names one.</summary>
public sealed class StandardModelTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string before = Environment.CurrentDirectory;

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        scratch.Dispose();
    }

    [Theory]
    [InlineData("checkpoints"), InlineData("artifacts")]
    public void Only_model_of_train_or_transfer_is_taken_and_named(string folder)
    {
        Put(folder, "best_model.pth");
        var photo = Path.Combine(model.Folder, "dogs", "00.bmp");
        var said = Here.Run("predict", photo);
        Assert.Equal((0, ""), (said.Code, said.Err));
        using var json = JsonDocument.Parse(Assert.Single(Here.Run("predict", photo, "--json").Lines));
        Assert.Equal($"{folder}/best_model.pth", json.RootElement.GetProperty("checkpoint").GetString());
        Assert.Contains($"model  {folder}/best_model.pth", Pty.Run(80, noColour: null, "predict", photo), StringComparison.Ordinal);
        var answer = Here.Run("evaluate", model.Folder);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith($"resnet18 · {folder}/best_model.pth · ", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_on_an_onnx_backbone_is_taken_too()
    {
        Environment.CurrentDirectory = scratch.Folder;
        Assert.Equal(0, Here.Run("transfer", model.Folder, "--backbone", $"onnx:{Repository.At("tests", "Shared", "channel-means.onnx")}", "--image-size", "16", "--no-cache").Code);
        Assert.Equal(0, Here.Run("predict", model.Folder).Code);
    }

    [Theory]
    [InlineData("predict"), InlineData("evaluate")]
    public void Two_models_are_both_named_and_none_is_taken(string verb)
    {
        Put("checkpoints", "best_model.pth");
        Put("artifacts", "best_model.pth");
        Here.Run(verb, model.Folder).IsBareRefusal(ExitCode.Failed, "error: there are 2 models here: checkpoints/best_model.pth and artifacts/best_model.pth.", "  Name the one that is meant with --checkpoint.");
        Assert.Equal(0, Here.Run(verb, model.Folder, "--checkpoint", "artifacts/best_model.pth").Code);
    }

    private void Put(string folder, string name)
    {
        File.Copy(model.Best, scratch.At(folder, name));
        Environment.CurrentDirectory = scratch.Folder;
    }
}
