using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet train DATA</c>: options in, <see cref="TrainingRun"/> out.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Folder = Values.NotEmpty(new Argument<string>("DATA")
    {
        Description = "Folder of photos: DATA/class/photo.jpg, or DATA/train/class/photo.jpg with DATA/val or DATA/validation, or Tiny-ImageNet as published",
    });

    private static readonly Option<string> Model = Values.Choice("--model", "Network", "alexnet", [.. ModelCatalogue.All.Select(m => m.Name)]);
    private static readonly PretrainedOptions Pretrained = new("Weights to begin with: imagenet (torchvision's; downloaded once) or a file; the head begins anew where the classes are others");
    private static readonly Option<int> Epochs = Values.Whole("--epochs", "Passes over the training photos", 20);
    private static readonly Option<int> BatchSize = Values.Whole("--batch-size", "Photos a step", 32);
    private static readonly Option<double> Rate = Values.Real("--lr", "Learning rate", 0.01);
    private static readonly Option<double> Momentum = Values.Real("--momentum", "Nesterov momentum", 0.9);
    private static readonly Option<double> WeightDecay = Values.Real("--weight-decay", "L2 penalty", 5e-4);
    private static readonly Option<int> ImageSize = Values.Whole("--image-size", "Side of the network's square input in pixels", 224);
    private static readonly Option<int?> Workers = Values.WholeOr("auto", "--workers", "Threads that read photos; 0 reads them between steps");
    private static readonly Option<double> ValSplit = Values.Real("--val-split", "Share of each class held out for validation where DATA has no validation part", 0.2);
    private static readonly Option<long> Seed = Values.Long("--seed", "Decides first weights, split, order, augmentation and dropout", 0);
    private static readonly Option<string> Device = Values.Device();
    private static readonly Option<string> Precision = Values.Choice("--precision", "What convolutions and linear layers compute in; auto: bf16 where the hardware has it, fp16 on older GPUs, else fp32", "auto", [.. PrecisionChoice.Names]);
    private static readonly Option<string> Augment = Values.Choice("--augment", "basic: squash and flip; standard: random resized crop and flip", "basic", "basic", "standard");
    private static readonly Option<string> Exif = Values.Choice("--exif", "Turn photos upright as their EXIF tag says, or ignore it (as torchvision does)", "apply", "apply", "ignore");
    private static readonly Option<string> Schedule = Values.Choice("--schedule", "Learning rate by epoch: as it is, a tenth after each third of the run, or half a cosine to 0", "constant", [.. Schedules.Names]);
    private static readonly Option<int> Warmup = Values.Whole("--warmup-epochs", "Epochs in which the rate rises from 1 %", 0);
    private static readonly Option<int> Patience = Values.Whole("--early-stop-patience", "Stop after so many epochs without better validation top-1; 0: never", 0);
    private static readonly Option<double> MinimumDelta = Values.Real("--early-stop-min-delta", "How much better (a fraction) counts as better", 0);
    private static readonly Option<bool> MemoryEfficient = new("--memory-efficient") { Description = "DenseNets: compute again on the way back what would be kept; less memory, more time" };
    private static readonly Option<bool> DropLast = new("--drop-last") { Description = "Leave out an incomplete last batch" };
    private static readonly Option<bool> AllowEmpty = new("--allow-empty-classes") { Description = "Keep classes without photos instead of refusing them" };
    private static readonly Option<string> Bad = Values.Choice("--bad-images", "Stop at a photo that cannot be read, or leave it out and list it", "fail", "fail", "skip");
    private static readonly Option<int?> BadLimit = Values.WholeOr("none", "--bad-images-limit", "With --bad-images skip: stop after all when more than N are bad");
    private static readonly Option<bool> UnsafeNumerics = new("--unsafe-numerics") { Description = "Go on where this machine was found to compute the network wrongly" };
    private static readonly Option<string?> Resume = Values.Path("--resume", "Go on from a checkpoint, or 'auto': the newest whole one in the output folder, a fresh start where there is none", "CHECKPOINT|auto");
    private static readonly Option<string?> Output = Values.Path("--output", "Folder for checkpoints, curves and tables", "FOLDER", "checkpoints");
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the run in the output folder" };
    private static readonly Option<bool> CsvMark = Values.CsvMark();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object an epoch on standard output, with the columns of history.csv" };

    public static Command Create(string[] line, Terminal terminal)
    {
        var command = new Command("train", "Train a network on a folder of photos.")
        {
            Folder, Model, Pretrained.Source, Pretrained.Address, Epochs, BatchSize, Rate, Momentum, WeightDecay, ImageSize, Workers, ValSplit, Seed, Device, Precision, Augment, Exif,
            Schedule, Warmup, Patience, MinimumDelta, MemoryEfficient, DropLast, AllowEmpty, Bad, BadLimit, UnsafeNumerics, Resume, Output, Overwrite, CsvMark, Json,
        };
        HelpWithExamples.Add(command,
            "train photos --model resnet18",
            "train photos --augment standard --schedule cosine --warmup-epochs 1 --epochs 40 --output runs/cosine",
            "train photos --model resnet18 --pretrained imagenet --lr 0.001 --augment standard",
            "train photos --resume auto                  # go on where it stopped, or start",
            "train photos --bad-images skip --bad-images-limit 20");
        command.SetAction(result => Run(result, command, line, terminal));
        return command;
    }

    private static int Run(ParseResult result, Command command, string[] line, Terminal terminal)
    {
        var options = Read(result) with { Command = [Root.Name, .. line], Download = Pretrained.Download(result, terminal) };
        if (Faults(options, result) is { Count: > 0 } faults)
        {
            terminal.Error($"{faults[0]}{(faults.Count > 1 ? $"\n{string.Join("; ", faults.Skip(1))}" : "")}\nSee: justalexnet train --help");
            return ExitCode.Usage;
        }
        var json = result.GetValue(Json);
        var display = new TrainingDisplay(terminal, json, TimeProvider.System);
        using var stop = new StopSignal(display.Stopping);
        using var run = Open(options, Values.Given(result, command), terminal, stop);
        if (run is null) return stop.ExitCode;
        if (run.IsFinished)
        {
            terminal.Note($"{run.ResumedFrom} is the end of its run (epochs: {run.Trainer.Position.Epoch} done, {run.Options.Training.Epochs} asked for): nothing to do. More epochs: --epochs N.");
            return ExitCode.Done;
        }
        run.Add(display);
        run.FileFailed += display.Warn;
        foreach (var note in run.Notes) terminal.Note(note);
        Introduce(run, line => (json ? terminal.Err : terminal.Out).WriteLine(json ? line : terminal.Broken(line)));
        var done = display.Live(() => run.Run(stop.Token));
        return new TrainingEnd(run, done, GoOn(run, done, result, command), json ? terminal.Err : terminal.Out, terminal).Say(stop);
    }

    private static TrainingRun? Open(TrainingRunOptions options, IReadOnlySet<string> given, Terminal terminal, StopSignal stop)
    {
        using var line = new CountingLine(terminal, TimeProvider.System);
        try
        {
            return TrainingRun.Open(options with { ArithmeticProgress = line.ShowCheck }, given, stop: stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was trained, and what was downloaded is kept");
            return null;
        }
    }

    private static TrainingRunOptions Read(ParseResult result) => new()
    {
        Data = result.GetValue(Folder)!,
        Model = result.GetValue(Model)!,
        Pretrained = result.GetValue(Pretrained.Source)!,
        BatchSize = result.GetResult(BatchSize) is { Implicit: false } ? result.GetValue(BatchSize) : null,
        ImageSize = result.GetValue(ImageSize),
        Workers = result.GetValue(Workers),
        ValidationShare = result.GetValue(ValSplit),
        Seed = result.GetValue(Seed),
        Device = result.GetValue(Device)!,
        Augmentation = (result.GetValue(Augment) == "standard" ? Augmentation.Standard : Augmentation.Basic) with { HonourExifOrientation = result.GetValue(Exif) == "apply" },
        MemoryEfficient = result.GetValue(MemoryEfficient),
        DropLast = result.GetValue(DropLast),
        AllowEmptyClasses = result.GetValue(AllowEmpty),
        BadImages = result.GetValue(Bad) == "skip" || (result.GetValue(Resume) is not null && result.GetValue(BadLimit) is not null) ? BadImages.Skip(result.GetValue(BadLimit)) : BadImages.Fail,
        Training = new TrainingOptions
        {
            Epochs = result.GetValue(Epochs),
            LearningRate = result.GetValue(Rate),
            Momentum = result.GetValue(Momentum),
            WeightDecay = result.GetValue(WeightDecay),
            Schedule = Schedules.Named(result.GetValue(Schedule)!, result.GetValue(Warmup)),
            Precision = result.GetValue(Precision)!,
            EarlyStopPatience = result.GetValue(Patience),
            EarlyStopMinimumDelta = result.GetValue(MinimumDelta),
        },
        UnsafeNumerics = result.GetValue(UnsafeNumerics),
        Resume = result.GetValue(Resume),
        Output = result.GetValue(Output)!,
        Overwrite = result.GetValue(Overwrite),
        CsvByteOrderMark = result.GetValue(CsvMark),
    };

    private static void Introduce(TrainingRun run, Action<string> say)
    {
        var device = run.Trainer.Network.Device;
        var gpus = ComputeDevice.CudaCount;
        say($"{run.Options.Model} · {run.Data.Classes.Count} classes · {run.Data.Training.Count} training / {run.Data.Validation.Count} validation photos ({run.Options.Data})");
        say($"{device}{(gpus > 0 ? $" of {Count(gpus, "GPU")}" : "")}, {Count(TorchRuntime.Threads, "thread")}, {ProcessorFeatures.Summary} · {run.Trainer.Precision.Name} · channels-last · {Count(run.Workers, "loader thread")} · seed {run.Options.Seed} · {run.Options.Output}/");
        say($"{run.Trainer.Precision.Name}: {run.Trainer.Precision.Reason}");
        if (run.ResumedFrom is { } file) say($"going on from {file}: {Count(run.Trainer.Position.Epoch, "epoch")} and {Count(run.Trainer.Position.Step, "step")} of the next done");
        say("");
    }

    private static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    private static List<string> Faults(TrainingRunOptions options, ParseResult result)
    {
        var faults = options.Faults().ToList();
        if (result.GetValue(BadLimit) is not null && !options.BadImages.Skips && (options.Resume is null || result.GetResult(Bad) is { Implicit: false })) faults.Add("--bad-images-limit is for --bad-images skip");
        if (Pretrained.Fault(result, options.Model) is { } fault) faults.Add(fault);
        if (options.Resume == "auto" && options.Overwrite) faults.Add("--resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it");
        return faults;
    }

    // What the checkpoint does not decide has to be said again; where there is no checkpoint, everything.
    private static string GoOn(TrainingRun run, TrainingRunResult done, ParseResult result, Command command) => done.ResumeFrom is { } checkpoint
        ? AgainCommand.GoOn(["train", run.Options.Data], checkpoint, run.Options.Output, result, command.Options.Except(Recorded))
        : AgainCommand.FromTheBeginning(run.Options.Command, run.Files, run.Options.Resume);

    // In every checkpoint, or of no use to a run that goes on.
    private static Option[] Recorded =>
    [
        Model, Pretrained.Source, Pretrained.Address, Epochs, BatchSize, Rate, Momentum, WeightDecay, ImageSize, ValSplit, Seed, Precision, Augment, Exif, Schedule, Warmup, Patience, MinimumDelta,
        MemoryEfficient, DropLast, AllowEmpty, Bad, BadLimit, Resume, Output, Overwrite,
    ];
}
