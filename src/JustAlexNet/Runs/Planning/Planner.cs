using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>From a recipe to a plan: reads and checks, writes nothing. What a verb adds stands in its own planner.</summary>
internal abstract class Planner(Recipe asked, RunEnvironment environment, CancellationToken stop)
{
    private long? memory;
    private CheckpointRoom? room;

    /// <summary>What a person should know before the run starts.</summary>
    protected List<string> Notes { get; } = [];

    /// <summary>What the run is told beside its recipe.</summary>
    protected RunEnvironment Environment => environment;

    /// <summary>Counts pictures that cannot be read, in all phases together.</summary>
    protected BadImageLog BadImages { get; private set; } = null!;

    /// <summary>Ends a download.</summary>
    protected CancellationToken Stop => stop;

    /// <summary>The recipe as it was asked for.</summary>
    protected Recipe Asked => asked;

    /// <summary>Classes of which the validation part has no picture are fine.</summary>
    protected abstract FolderOptions FolderOptionsOf(Recipe recipe);

    /// <summary>Whether a run such as this one can go on.</summary>
    protected virtual bool IsResumable(Recipe recipe) => true;

    /// <summary>Checks that a checkpoint is of a run of this verb that can go on.</summary>
    protected abstract void RequireOwn(Checkpoint checkpoint, string verb);

    /// <summary>Cheap checks of this verb that need the pictures, and the batch size in force.</summary>
    protected abstract Recipe Fitted(Recipe recipe, ImageFolder data, bool goesOn);

    /// <summary>Checks that what is computed fits in memory, as far as that can be told before weights are opened.</summary>
    protected abstract void RequireMemory(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision);

    /// <summary>The parts of the data of which a class may lose every picture to faults, and what is said of it.</summary>
    protected virtual IReadOnlyList<ClassWatch> Watched(Recipe recipe, ImageFolder data) => [Learned(data.Training, data, "training ", recipe), Measured(data)];

    /// <summary>Opens weights, makes the phases.</summary>
    protected abstract RunPlan Finish(Recipe recipe, ImageFolder data, ComputeDevice device, Checkpoint? from);

    /// <summary>Decides everything.</summary>
    /// <exception cref="JustAlexNetException">Settings, data, checkpoint, weights, device or folder are not as they must be: all faults that do not depend on each other.</exception>
    /// <exception cref="OperationCanceledException">A download was to end.</exception>
    public RunPlan Plan()
    {
        if (asked.Faults(isWhole: asked.Get(CommonSettings.Resume) is null) is { Count: > 0 } wrong) throw new SettingException(string.Join('\n', wrong));
        var folder = new RunFolder(asked.Get(CommonSettings.Output));
        var from = FindCheckpoint(folder);
        var recipe = from is null ? asked : GoneOn(from);
        if (recipe.Faults() is { Count: > 0 } faults) throw new SettingException(string.Join('\n', faults));
        var device = Cheap(recipe, folder, from, out var data);
        Notes.AddRange(TorchRuntime.MissingFunctions);
        Notes.AddRange(data.Notes);
        Notes.AddRange(data.UnknownFiles.Select(files => files.Note));
        if (ConfusionMatrixPicture.Absence(data.Classes.Count) is { } absent) Notes.Add(absent);
        recipe = Fitted(recipe, data, from is not null);
        Notes.AddRange(recipe.Unused());
        if (environment.Rehearses) data = Rehearsal.PicturesOf(recipe, data);
        BadImages = new BadImageLog(RunPlan.BadImagesOf(recipe), data.Training.Count + data.Validation.Count) { Parts = environment.Rehearses ? [] : Watched(recipe, data) };
        return Finish(recipe, data, device, from);
    }

    // Each takes a moment at most and needs nothing of the others.
    private ComputeDevice Cheap(Recipe recipe, RunFolder folder, Checkpoint? from, out ImageFolder data)
    {
        var faults = new Faults();
        var device = faults.Try(() => ComputeDevice.Select(recipe.Get(CommonSettings.Device)));
        var precision = device is not null && recipe.Has(CommonSettings.Precision) ? faults.Try(() => Computable(recipe, device, from)) : null;
        faults.Try(() => folder.RequireFree(recipe.Get(CommonSettings.Overwrite), from?.Path ?? recipe.Get(CommonSettings.Resume), IsResumable(recipe)));
        var opened = faults.Try(() => ImageFolder.Open(recipe.Get(CommonSettings.DataFolder), FolderOptionsOf(recipe)));
        if (opened is not null)
        {
            var photos = opened.Training.Concat(opened.Validation).Concat(opened.Test ?? []).ToList();
            faults.Try(() => folder.RequireApartFrom(photos));
            foreach (var logs in LoggerCatalogue.FoldersOf(recipe, folder.Folder)) faults.Try(() => RequireApart(logs, folder, opened));
        }
        if (opened is not null && from is not null) faults.Try(() => RequireSame(from, opened));
        if (LoggerCatalogue.FoldersOf(recipe, folder.Folder).GroupBy(logs => RealPath.Resolve(logs) ?? logs).FirstOrDefault(same => same.Count() > 1) is { } twice)
            faults.Try(() => throw new RunException($"{LoggerCatalogue.Log} names {twice.First()} twice: everything would be written twice.\nName it once."));
        if (opened is not null && precision is not null) faults.Try(() => RequireMemory(recipe, opened, device!, precision.Precision));
        faults.Throw();
        data = opened!;
        return device!;
    }

    // A new folder beside the classes would be one the next time; in the run's it is known for what it is.
    private static void RequireApart(string logs, RunFolder run, ImageFolder data)
    {
        var (place, photos) = (RealPath.Resolve(logs) ?? Path.GetFullPath(logs), RealPath.Resolve(data.Folder) ?? Path.GetFullPath(data.Folder));
        if (!RealPath.IsAtOrAbove(photos, place) || RealPath.IsAtOrAbove(RealPath.Resolve(run.Folder) ?? Path.GetFullPath(run.Folder), place)) return;
        throw new RunException($"{LoggerCatalogue.Log} {logs} lies in {data.Folder}, among photos or where it would be taken for a class of them.\nName a folder outside, or none: then it stands in that of the run.");
    }

    private static PrecisionChoice Computable(Recipe recipe, ComputeDevice device, Checkpoint? from)
    {
        var precision = recipe.Get(CommonSettings.Precision);
        if (from is not null && precision is { } had && !PrecisionChoice.Suits(had, device))
            throw new RunException(
                $"{from.Path} is of a run in {PrecisionChoice.NameOf(had)}, in which {device} does not compute.\n" +
                "Go on with a `device` that does, or in another precision, which changes the numbers a little: add `precision` fp32.");
        return PrecisionChoice.Select(precision, device);
    }

    private static void RequireSame(Checkpoint from, ImageFolder data)
    {
        const string advice = "Resume with the same pictures, or start another run with `output`.";
        if (!from.Classes.SequenceEqual(data.Classes)) throw new RunException($"{from.Path} has other classes than {data.Folder}: {Listed(from.Classes)} there, {Listed(data.Classes)} here.\n{advice}");
        if (from.Data.Fingerprint == data.Fingerprint()) return;
        throw new RunException($"{from.Path} was trained on other pictures than those in {data.Folder} now ({from.Data.TrainingCount} + {from.Data.ValidationCount} then, {data.Training.Count} + {data.Validation.Count} now, or other names or sizes).\n{advice}");
    }

    /// <summary>Checks that a training step fits in memory.</summary>
    protected void RequireMemory(MemoryUse use, ComputeDevice device, bool offersMemoryEfficient = false, bool offersBatchSize = true)
    {
        if (device == ComputeDevice.Cpu) memory = Math.Max(memory ?? 0, use.Estimate().Total);
        if (environment.Memory.Require(use, device, offersMemoryEfficient, offersBatchSize) is { } doubt) Notes.Add(doubt);
    }

    /// <summary>Checks that the checkpoints of the run have room.</summary>
    protected void RequireRoom(Recipe recipe, CheckpointRoom needed)
    {
        room = needed;
        if (needed.Require(new RunFolder(recipe.Get(CommonSettings.Output)), environment.FreeSpace) is { } doubt) Notes.Add(doubt);
    }

    /// <summary>What the run will take, of what was checked.</summary>
    protected RunOutlook Outlook(Recipe recipe, ImageFolder data, int epochs, bool learns, bool dropsLast = false)
    {
        var (batch, pictures) = (recipe.Get(CommonSettings.BatchSize), data.Training.Count);
        var steps = !learns ? 0 : dropsLast ? pictures / batch : (pictures - 1) / batch + 1;
        return new(epochs, steps, memory, environment.Memory.Available, room?.Each, room?.Most ?? 0, CheckpointRoom.FreeIn(new RunFolder(recipe.Get(CommonSettings.Output)), environment.FreeSpace));
    }

    private Checkpoint? FindCheckpoint(RunFolder folder)
    {
        if (asked.Get(CommonSettings.Resume) is not { } wanted) return null;
        if (asked.Get(CommonSettings.Overwrite) && folder.Holds(wanted)) throw new RunException("`resume` and `overwrite` exclude each other: one continues the run in the folder, the other deletes it.");
        if (wanted != CommonSettings.Newest) return Checkpoint.Read(wanted);
        var newest = folder.NewestCheckpoint(out var damaged);
        Notes.AddRange(damaged.Select(file => $"passed over: {file}"));
        if (newest is null && damaged.Count > 0) throw new RunException($"no checkpoint in {folder.Folder} is whole:\n{string.Join('\n', damaged)}\nPass `overwrite` instead of `resume` to start anew.");
        return newest;
    }

    private Recipe GoneOn(Checkpoint from)
    {
        RequireOwn(from, from.Options.GetValueOrDefault(RecordedOptions.Verb) as string ?? TrainSettings.Schema.Verb);
        var resumed = ResumedRecipe.Of(asked, from.Options, from.Path);
        if (resumed.Contradictions.Count > 0)
            throw new RunException($"{from.Path} cannot go on with other options: {string.Join(", ", resumed.Contradictions)}.\nLeave them out to continue the run, or start another with `output` and without `resume`.");
        Notes.AddRange(resumed.Notes);
        return resumed.Recipe;
    }

    /// <summary>The batch size asked for; where none was, the usual one, or all pictures where there are fewer.</summary>
    protected Recipe WithBatchSize(Recipe recipe, ImageFolder data, bool goesOn)
    {
        var usual = recipe.Get(CommonSettings.BatchSize);
        if (goesOn || recipe.IsGiven(CommonSettings.BatchSize) || data.Training.Count >= usual) return recipe;
        Notes.Add($"batches of {data.Training.Count}: there are no more training photos (usual are {usual}; {CommonSettings.BatchSize} chooses)");
        return recipe.Resolve(CommonSettings.BatchSize, data.Training.Count);
    }

    /// <summary>Pictures that are learned: a class without any would be a name that is never answered, which only <see cref="TrainSettings.AllowEmptyClasses"/> allows.</summary>
    protected ClassWatch Learned(IReadOnlyList<Sample> samples, ImageFolder data, string kind, Recipe recipe) => new(samples, data.Classes, lost =>
    {
        var canBeEmpty = recipe.Has(TrainSettings.AllowEmptyClasses);
        if (canBeEmpty && recipe.Get(TrainSettings.AllowEmptyClasses)) Environment.Listeners.Warned($"{lost.Said(kind)}: the class never occurs");
        else
            throw new DataException($"{lost.Said(kind)}: this class cannot be learned\n  last: {Imaging.PrintableText.Of(lost.Last.Path)}: {lost.Last.Reason}\n"
                + $"  Repair {(lost.Pictures == 1 ? "it" : "them")}, add others, or remove the class's folder{(canBeEmpty ? $"; {TrainSettings.AllowEmptyClasses} keeps it as a class that never occurs" : "")}.", lost.Last.Path);
    });

    /// <summary>Pictures that are only validated on.</summary>
    protected ClassWatch Measured(ImageFolder data) => new(data.Validation, data.Classes, lost => Environment.Listeners.Warned($"{lost.Said("validation ")}: {LostClass.IsUnmeasured}"));

    /// <summary>How weights are downloaded where they are.</summary>
    protected DownloadOptions Download(Recipe recipe) => environment.Download with { Address = recipe.Get(CommonSettings.WeightsUrl) ?? environment.Download.Address };

    /// <summary>How a loader of the run reads pictures.</summary>
    protected LoaderOptions Loading(Recipe recipe, ComputeDevice device) => new()
    {
        BatchSize = recipe.Get(CommonSettings.BatchSize),
        Workers = recipe.Get(CommonSettings.Workers),
        BadImages = RunPlan.BadImagesOf(recipe),
        Pin = device.IsCuda,
        BadImageLog = BadImages,
    };

    /// <summary>How training photos are read, and where they are kept meanwhile; the phase that learns disposes the cache.</summary>
    /// <param name="recipe">In force.</param>
    /// <param name="data">The photos.</param>
    /// <param name="augmentation">How they are varied.</param>
    /// <param name="side">The largest side of the network's input.</param>
    /// <param name="taken">Bytes of memory that learning itself takes, about.</param>
    protected PhotoReading Reading(Recipe recipe, ImageFolder data, Augmentation augmentation, int side, long taken)
    {
        var reading = PhotoSettings.Of(recipe);
        var half = environment.Memory.Available is { } free ? Math.Max(0, free - taken) / 2 : (long?)null;
        switch (recipe.Get(PhotoSettings.Keeping))
        {
            case PhotoKeeping.Disk when UserFolders.Below("photos") is { } folder: return reading with { Cache = PhotoCache.OnDisk(folder) };
            case PhotoKeeping.Disk:
                Notes.Add("decoded photos are not kept: there is no home folder for a cache (JUSTALEXNET_CACHE names one)");
                return reading;
            case PhotoKeeping.Memory: return reading with { Cache = PhotoCache.InMemory(half ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2) };
            case PhotoKeeping.Auto when recipe.Get(CommonSettings.Epochs) > 1 && half is { } room && PhotoNeed.Estimate(data.Training, augmentation, side, reading) <= room: return reading with { Cache = PhotoCache.InMemory(room) };
            default: return reading;
        }
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";
}
