using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>Every command that train and transfer print is run, with every option at another value than its default.</summary>
public sealed class PrintedCommandTests : IDisposable
{
    private static readonly string[] TrainOptions =
    [
        "--model", "densenet121", "--epochs", "4", "--batch-size", "3", "--lr", "0.02", "--optimizer", "adamw", "--weight-decay", "0.001", "--image-size", "64", "--decode", "exact", "--decode-side", "80", "--photo-cache", "ram", "--workers", "0", "--val-split", "0.3",
        "--seed", "7", "--device", "cpu", "--precision", "fp32", "--augment", "standard", "--exif", "ignore", "--schedule", "cosine", "--warmup-epochs", "1", "--early-stop-patience", "9",
        "--early-stop-min-delta", "0.01", "--no-decay-norm-bias", "--loss", "bce", "--label-smoothing", "0.1", "--class-weights", "balanced", "--clip-grad-norm", "1", "--accumulate", "2", "--mixup-alpha", "0.2", "--cutmix-alpha", "0.5", "--ema-decay", "0.9", "--freeze-batch-norm", "--sampler", "weighted", "--memory-efficient", "--drop-last", "--allow-empty-classes", "--bad-images", "skip", "--bad-images-limit", "5", "--unsafe-numerics", "--checkpoint-every", "2steps", "--csv-bom", "--json",
    ];

    private static readonly string[] TransferOptions =
    [
        "--model", "resnet18", "--mode", "finetune", "--head", "linear", "--sampler", "uniform", "--optimizer", "sgd", "--views", "2", "--epochs", "4", "--batch-size", "5", "--lr", "0.05",
        "--lr-backbone", "0.003", "--momentum", "0.8", "--weight-decay", "0.001", "--schedule", "step", "--warmup-epochs", "1", "--early-stop-min-delta", "0.01", "--precision", "fp32", "--unfreeze", "layer3", "--batch-norm", "train", "--augment", "basic", "--early-stop-patience", "9", "--preprocessing", "squash", "--image-size", "64",
        "--decode", "exact", "--decode-side", "256", "--photo-cache", "ram", "--val-split", "0.3", "--workers", "0", "--seed", "7", "--device", "cpu", "--bad-images", "skip", "--bad-images-limit", "5", "--unsafe-numerics", "--checkpoint-every", "2steps", "--csv-bom", "--json",
    ];

    // Given by the tests below, part of every printed command, in place of a run, for a download, for a head, which is not gone on with, given with --warmup-epochs, or a listener's affair.
    private static readonly string[] Others = ["--pretrained", "--exclude", "--output", "--resume", "--overwrite", "--cache", "--no-cache", "--weights-url", "--backbone", "--folds", "--help", "--recipe", "--print-recipe", "--dry-run", "--warmup-steps", "--log"];

    private readonly Scratch scratch = new();

    public PrintedCommandTests() => Child.NeedsSignals();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void No_option_is_forgotten_here()
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        Assert.Equal([], Always(TrainCommand.Create([], terminal)).Except(TrainOptions).Except(Others));
        Assert.Equal([], Always(TransferCommand.Create([], terminal)).Except(TransferOptions).Except(Others));
    }

    // But for those that mean something beside another value only.
    private static IEnumerable<string> Always(Command verb) => verb.Options.Where(option => option is not ISettingOption { Setting.When.IsRequired: true } and not ISettingOption { Setting.Name: not "augment", Setting.Group: Settings.SettingGroup.Photos, Setting.When: not null }).Select(option => option.Name);

    [Fact]
    public void Training_goes_on_as_if_it_had_not_been_stopped()
    {
        var photos = Photos.Three(scratch, each: 6, name: "my photos");
        Directory.CreateDirectory(Path.Combine(photos, "emus"));
        GoesOn(["train", photos, "--exclude", LeftOut(), .. TrainOptions], "\"epoch\":1,");
    }

    [Fact]
    public void Training_from_other_weights_goes_on_as_if_it_had_not_been_stopped() =>
        GoesOn([.. Here.TrainLine(Photos.Three(scratch, each: 6), "")[..^2], "--epochs", "6", "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--json"], "\"epoch\":1,");

    [Fact]
    public void Fine_tuning_goes_on_as_if_it_had_not_been_stopped() =>
        GoesOn(["transfer", Photos.Three(scratch, each: 6), "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--cache", scratch.At("cache"), "--exclude", LeftOut(), .. TransferOptions], "\"lr\":0.05,");

    [Fact]
    public void Next_command_predicts()
    {
        var (photos, weights) = (Photos.Three(scratch), ForeignWeights.Write(scratch.At("resnet18.pth")));
        string[] transfer = ["transfer", photos, "--image-size", "64", "--no-cache", "--output"];
        string[][] lines =
        [
            [.. Here.TrainLine(photos, scratch.At("my run")), "--epochs", "1"],
            [.. transfer, scratch.At("head"), "--pretrained", weights],
            [.. transfer, scratch.At("folds"), "--pretrained", weights, "--folds", "3"],
            [.. transfer, scratch.At("tuned"), "--pretrained", weights, "--mode", "finetune", "--epochs", "1"],
            ["transfer", photos, "--backbone", $"onnx:{Repository.At("tests", "Shared", "channel-means.onnx")}", "--image-size", "16", "--no-cache", "--output", scratch.At("onnx")],
        ];
        foreach (var line in lines)
        {
            var next = PrintedCommand.Words(PrintedCommand.In(Here.Run(line).Out, "next  "));
            var answer = Here.Run([.. next.Select(word => word == "PHOTO" ? Path.Combine(photos, "cats", "00.bmp") : word)]);
            Assert.Equal((0, ""), (answer.Code, answer.Err));
        }
    }

    private string LeftOut()
    {
        File.WriteAllText(scratch.At("left out.txt"), "cats/05.bmp\n");
        return scratch.At("left out.txt");
    }

    private void GoesOn(string[] line, string waitFor)
    {
        string whole = Path.Combine(scratch.Folder, "whole"), stopped = Path.Combine(scratch.Folder, "my run");
        string printed;
        using (var child = new Child([.. line, "--output", stopped]))
        {
            var answer = child.WaitFor(waitFor).Signal("INT").Wait();
            Assert.Equal(ExitCode.Interrupted, answer.Code);
            printed = PrintedCommand.In(answer.Err, "go on  ");
        }
        var resumed = Child.Run(PrintedCommand.Words(printed));
        Assert.True(resumed.Code == 0, printed + "\n" + resumed.Err);
        Assert.Equal(0, Child.Run([.. line, "--output", whole]).Code);
        foreach (var file in new[] { "latest_model.pth", "best_model.pth" })
            Assert.Equal([], SameCheckpoint.Differences(Path.Combine(whole, file), Path.Combine(stopped, file)));
    }
}
