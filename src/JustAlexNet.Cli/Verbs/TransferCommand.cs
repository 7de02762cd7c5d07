using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet transfer DATA</c>: options in, <see cref="TransferRun"/> out.</summary>
internal static class TransferCommand
{
    private const string OnnxPrefix = "onnx:";
    private const double HeadRate = 1e-3, TuningRate = 0.01, BackboneShare = 0.1;

    private static readonly Argument<string> Folder = Values.NotEmpty(new Argument<string>("DATA") { Description = "Folder of photos, as for train" });
    private static readonly PretrainedOptions Pretrained = new("Weights to start from: imagenet (torchvision's; downloaded once), a checkpoint of justalexnet, or PyTorch weights");
    private static readonly Option<string?> Backbone = Values.Path("--backbone", "Instead of --pretrained: a network in an .onnx file, onnx:FILE, with one picture input and one output of features", "onnx:FILE");
    private static readonly Option<string> Model = Values.Choice("--model", "Network; auto: the checkpoint's, else resnet18", "auto", ["auto", .. ModelCatalogue.All.Select(m => m.Name)]);
    private static readonly Option<string> Mode = Values.Choice("--mode", "head: the network stays as it is, its features are computed once; finetune: the head first, then the network with it", "head", "head", "finetune");
    private static readonly Option<string> Head = Values.Choice("--head", "logistic: to the optimum, nothing to tune; linear: epochs and learning rate, as usual in PyTorch", "logistic", "logistic", "linear");
    private static readonly Option<string> Sampler = Values.Choice("--sampler", "weighted: every class counts the same; uniform: every photo does; auto: weighted for linear, uniform for logistic", "auto", "auto", "weighted", "uniform");
    private static readonly Option<string> Optimiser = Values.Choice("--optimizer", "For --head linear", "adam", "adam", "sgd");
    private static readonly Option<int> Views = Values.Whole("--views", "Views of each training photo that the head learns from, 1 to 12: whole, mirrored, parts of it", 1);
    private static readonly Option<int> Epochs = Values.Whole("--epochs", "Passes over the training photos, for --head linear and --mode finetune", 25);
    private static readonly Option<int> BatchSize = Values.Whole("--batch-size", "Photos a step, for the same", 8);
    private static readonly Option<double?> Rate = Values.RealOr("auto", "--lr", "Learning rate of the head, for the same; auto: 0.001 for --head linear, 0.01 when fine-tuning");
    private static readonly Option<double?> BackboneRate = Values.RealOr("auto", "--lr-backbone", "When fine-tuning: learning rate of everything but the head; auto: a tenth of --lr");
    private static readonly Option<string?> Unfreeze = new("--unfreeze") { Description = "When fine-tuning: the first stage that learns, such as layer4; without it all learn", HelpName = "STAGE" };
    private static readonly Option<string> BatchNorm = Values.Choice("--batch-norm", "When fine-tuning: keep the pretrained running statistics, or those of each batch", "frozen", "frozen", "train");
    private static readonly Option<string> Augment = Values.Choice("--augment", "When fine-tuning: as for train; auto: standard with imagenet preprocessing, basic with squash", "auto", "auto", "basic", "standard");
    private static readonly Option<int> Patience = Values.Whole("--early-stop-patience", "Stop after so many epochs without better validation top-1; 0: never", 5);
    private static readonly Option<string> Kind = Values.Choice("--preprocessing", "imagenet: shorter side, centre crop; auto: as the weights say, else imagenet", "auto", "auto", "imagenet", "squash");
    private static readonly Option<int?> ImageSize = Values.WholeOr("auto", "--image-size", "Side of the network's square input in pixels; auto: as the weights say, else 224");
    private static readonly Option<int?> Folds = Values.WholeOr("none", "--folds", "Hold nothing out: measure by cross-validation in so many parts, then learn from all photos");
    private static readonly Option<double> ValSplit = Values.Real("--val-split", "Share of each class held out for validation where DATA has no validation part", 0.2);
    private static readonly Option<int> Workers = Values.Whole("--workers", "Threads that read photos; 0 reads them between steps", 4);
    private static readonly Option<long> Seed = Values.Long("--seed", "Decides split, folds, first weights, order and augmentation", 0);
    private static readonly Option<string> Device = Values.Device();
    private static readonly Option<string> Bad = Values.Choice("--bad-images", "Stop at a photo that cannot be read, or leave it out and list it", "fail", "fail", "skip");
    private static readonly Option<int?> BadLimit = Values.WholeOr("none", "--bad-images-limit", "With --bad-images skip: stop after all when more than N are bad");
    private static readonly Option<string?> Cache = Values.Path("--cache", "Folder in which features are kept between runs; without it justalexnet/features in the user's cache folder", "FOLDER");
    private static readonly Option<bool> NoCache = new("--no-cache") { Description = "Keep no features" };
    private static readonly Option<bool> UnsafeNumerics = new("--unsafe-numerics") { Description = "Go on where this machine was found to compute the network wrongly" };
    private static readonly Option<string?> Resume = Values.Path("--resume", "Go on with fine-tuning from a checkpoint, or 'auto': the newest whole one in the output folder, a fresh start where there is none", "CHECKPOINT|auto");
    private static readonly Option<string?> Output = Values.Path("--output", "Folder for models, curves and tables", "FOLDER", "artifacts");
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the run in the output folder" };
    private static readonly Option<bool> CsvMark = Values.CsvMark();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object an epoch on standard output, with the columns of history.csv, then one with the result" };

    public static Command Create(string[] line, Terminal terminal)
    {
        var command = new Command("transfer", "Learn from few photos: a pretrained network, a new last layer.")
        {
            Folder, Pretrained.Source, Pretrained.Address, Backbone, Model, Mode, Head, Sampler, Optimiser, Views, Epochs, BatchSize, Rate, BackboneRate, Unfreeze, BatchNorm, Augment, Patience, Kind, ImageSize,
            Folds, ValSplit, Workers, Seed, Device, Bad, BadLimit, Cache, NoCache, UnsafeNumerics, Resume, Output, Overwrite, CsvMark, Json,
        };
        HelpWithExamples.Add(command,
            "transfer photos --pretrained imagenet",
            "transfer photos --pretrained resnet18.pth",
            "transfer photos --pretrained checkpoints/best_model.pth --views 2",
            "transfer photos --pretrained resnet18.pth --folds 5            # too few photos to hold any out",
            "transfer photos --pretrained resnet18.pth --mode finetune --epochs 5 --output tuned");
        command.SetAction(result => Run(result, command, line, terminal));
        return command;
    }

    private static int Run(ParseResult result, Command command, string[] line, Terminal terminal)
    {
        var options = Read(result) with { Command = [Root.Name, .. line], Download = Pretrained.Download(result, terminal) };
        if (Faults(options, result) is { Count: > 0 } faults)
        {
            terminal.Error($"{faults[0]}{(faults.Count > 1 ? $"\n{string.Join("; ", faults.Skip(1))}" : "")}\nSee: justalexnet transfer --help");
            return ExitCode.Usage;
        }
        var json = result.GetValue(Json);
        var epochs = new TrainingDisplay(terminal, json, TimeProvider.System);
        using var stop = new StopSignal(epochs.Stopping);
        using var run = Open(options, Values.Given(result, command), terminal, stop);
        if (run is null) return stop.ExitCode;
        if (run.IsFinished)
        {
            terminal.Note($"{run.ResumedFrom} is the end of its run: nothing to do.");
            return ExitCode.Done;
        }
        run.Add(epochs);
        run.FileFailed += epochs.Warn;
        foreach (var note in run.Notes.Concat(Unused(run.Options, result, command))) terminal.Note(note);
        if (run.Options.Cache is null && !result.GetValue(NoCache) && run.ResumedFrom is null) terminal.Note("features are not kept: there is no home folder for a cache (name one with --cache FOLDER)");
        var people = json ? terminal.Err : terminal.Out;
        Introduce(run, line => people.WriteLine(json ? line : terminal.Broken(line)));
        var display = new TransferDisplay(run, terminal, json, TimeProvider.System);
        var done = run.Options.Mode == TransferMode.FineTune ? display.Tune(epochs, stop.Token) : display.Head(stop.Token);
        return new TransferEnd(run, done, GoOn(run, done, result, command), people, terminal, json).Say(stop);
    }

    private static TransferRun? Open(TransferOptions options, IReadOnlySet<string> given, Terminal terminal, StopSignal stop)
    {
        using var line = new CountingLine(terminal, TimeProvider.System);
        try
        {
            return TransferRun.Open(options with { ArithmeticProgress = line.ShowCheck }, given, stop: stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was trained, and what was downloaded is kept");
            return null;
        }
    }

    private static TransferOptions Read(ParseResult result)
    {
        var kind = result.GetValue(Head) == "linear" ? HeadKind.Linear : HeadKind.Logistic;
        var tuned = result.GetValue(Mode) == "finetune";
        var rate = result.GetValue(Rate) ?? (tuned ? TuningRate : HeadRate);
        var head = new HeadOptions
        {
            Kind = kind,
            Sampler = result.GetValue(Sampler) switch { "weighted" => HeadSampler.Weighted, "uniform" => HeadSampler.Uniform, _ => kind == HeadKind.Linear ? HeadSampler.Weighted : HeadSampler.Uniform },
            Optimiser = result.GetValue(Optimiser) == "sgd" ? HeadOptimiserKind.Sgd : HeadOptimiserKind.Adam,
        };
        return new TransferOptions
        {
            Data = result.GetValue(Folder)!,
            Pretrained = Pretrained.IsGiven(result) ? result.GetValue(Pretrained.Source) : null,
            Backbone = result.GetValue(Backbone) is { } backboneFile && backboneFile.StartsWith(OnnxPrefix, StringComparison.Ordinal) ? backboneFile[OnnxPrefix.Length..] : null,
            Model = result.GetValue(Model) is "auto" ? null : result.GetValue(Model),
            Mode = tuned ? TransferMode.FineTune : TransferMode.Head,
            Head = tuned ? head : head with { Epochs = result.GetValue(Epochs), BatchSize = result.GetValue(BatchSize), LearningRate = rate, EarlyStopPatience = result.GetValue(Patience) },
            Training = new TransferOptions { Data = "" }.Training with { Epochs = result.GetValue(Epochs), LearningRate = tuned ? rate : TuningRate, EarlyStopPatience = result.GetValue(Patience) },
            FineTuning = new FineTuning
            {
                BackboneRateFactor = result.GetValue(BackboneRate) is { } backbone ? backbone / rate : BackboneShare,
                Unfreeze = result.GetValue(Unfreeze),
                FrozenNormalisation = result.GetValue(BatchNorm) == "frozen",
            },
            Augmentation = result.GetValue(Augment) switch { "basic" => Augmentation.Basic, "standard" => Augmentation.Standard, _ => null },
            BatchSize = result.GetResult(BatchSize) is { Implicit: false } ? result.GetValue(BatchSize) : null,
            Views = result.GetValue(Views),
            Preprocessing = result.GetValue(Kind) is "auto" ? null : result.GetValue(Kind),
            ImageSize = result.GetValue(ImageSize),
            Folds = result.GetValue(Folds),
            ValidationShare = result.GetValue(ValSplit),
            Workers = result.GetValue(Workers),
            Seed = result.GetValue(Seed),
            Device = result.GetValue(Device)!,
            BadImages = result.GetValue(Bad) == "skip" || (result.GetValue(Resume) is not null && result.GetValue(BadLimit) is not null) ? BadImages.Skip(result.GetValue(BadLimit)) : BadImages.Fail,
            Cache = result.GetValue(NoCache) ? null : result.GetValue(Cache) ?? TransferOptions.StandardCache,
            UnsafeNumerics = result.GetValue(UnsafeNumerics),
            Resume = result.GetValue(Resume),
            Output = result.GetValue(Output)!,
            Overwrite = result.GetValue(Overwrite),
            CsvByteOrderMark = result.GetValue(CsvMark),
        };
    }

    private static List<string> Faults(TransferOptions options, ParseResult result)
    {
        if (result.GetValue(Backbone) is { } backbone && (!backbone.StartsWith(OnnxPrefix, StringComparison.Ordinal) || backbone.Length == OnnxPrefix.Length)) return [$"--backbone is '{backbone}', expected onnx:FILE"];
        var faults = options.Faults().ToList();
        if (Pretrained.Fault(result, options.Model ?? "resnet18") is { } fault) faults.Add(fault);
        if (result.GetValue(BadLimit) is not null && !options.BadImages.Skips && options.Resume is null) faults.Add("--bad-images-limit is for --bad-images skip");
        if (result.GetValue(NoCache) && result.GetValue(Cache) is not null) faults.Add("--cache and --no-cache exclude each other");
        if (options.Resume == "auto" && options.Overwrite) faults.Add("--resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it");
        return faults;
    }

    // A command line for the usual loop shall work with a better head too, but not in silence.
    private static IEnumerable<string> Unused(TransferOptions options, ParseResult result, Command command)
    {
        if (options.Mode == TransferMode.FineTune || options.Resume is not null) yield break;
        var (linear, tuning) = (new Option[] { Epochs, BatchSize, Rate, Patience, Optimiser }, new Option[] { BackboneRate, Unfreeze, BatchNorm, Augment });
        var given = Values.Given(result, command);
        if (options.Head.Kind == HeadKind.Logistic && Listed(linear) is { Length: > 0 } names) yield return $"not used: {names}, for a logistic head has no epochs and no learning rate (--head linear has)";
        if (Listed(tuning) is { Length: > 0 } others) yield return $"not used: {others}, for --mode finetune";

        string Listed(Option[] these) => string.Join(", ", these.Select(option => option.Name).Where(name => given.Contains(name.TrimStart('-').Replace('-', '_'))));
    }

    private static void Introduce(TransferRun run, Action<string> say)
    {
        var (data, options) = (run.Data, run.Options);
        say($"{run.Model} from {run.ResumedFrom ?? options.Pretrained ?? options.Backbone} · {data.Classes.Count} classes · {(options.Folds is { } folds ? $"{data.Training.Count + data.Validation.Count} photos in {folds} parts" : $"{data.Training.Count} training / {data.Validation.Count} validation photos")} ({options.Data})");
        say($"{run.Device}, {TorchRuntime.Threads} thread(s), {ProcessorFeatures.Summary} · {(run.Preprocessing.Geometry is Squash ? "squash" : "shorter side, crop")} {run.Preprocessing.Side} px · seed {options.Seed} · {options.Output}/");
        say("");
    }

    // As in TrainCommand.
    private static string GoOn(TransferRun run, TransferResult done, ParseResult result, Command command) => done.ResumeFrom is { } checkpoint
        ? AgainCommand.GoOn(["transfer", run.Options.Data, "--mode", "finetune"], checkpoint, run.Options.Output, result, command.Options.Except(Recorded))
        : AgainCommand.FromTheBeginning(run.Options.Command, run.Files, run.Options.Resume);

    // In every checkpoint of fine-tuning, or of no use to one that goes on.
    private static Option[] Recorded =>
    [
        Pretrained.Source, Pretrained.Address, Backbone, Model, Mode, Head, Sampler, Optimiser, Views, Epochs, BatchSize, Rate, BackboneRate, Unfreeze, BatchNorm, Augment, Patience, Kind, ImageSize,
        Folds, ValSplit, Seed, Bad, BadLimit, Cache, NoCache, Resume, Output, Overwrite,
    ];
}
