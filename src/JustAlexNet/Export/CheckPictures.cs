using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Export;

/// <summary>Real pictures on which two computations of a network are compared.</summary>
internal sealed class CheckPictures
{
    private readonly IReadOnlyList<string> paths;
    private readonly string? folder;

    private CheckPictures(IReadOnlyList<string> paths, string? folder) => (this.paths, this.folder) = (paths, folder);

    /// <summary>How many pictures there are.</summary>
    public int Count => paths.Count > 0 ? paths.Count : Views;

    /// <summary>Which, for people.</summary>
    /// <param name="read">How many of them could be read.</param>
    public string Name(int read) => folder is null ? $"{Views} views of a photo of this program" : $"{Counted.Of(read, "picture")} of {folder}";

    /// <summary>Finds them: those asked for, else of those of the run, else one that comes with the library.</summary>
    /// <param name="asked">A picture or a folder; null: none.</param>
    /// <param name="model">Says what it was trained on.</param>
    /// <param name="most">Pictures at most.</param>
    /// <exception cref="ExportException">What is asked for is not there.</exception>
    /// <exception cref="DataException">The folder asked for holds no picture.</exception>
    public static CheckPictures Find(string? asked, SavedModel model, int most)
    {
        if (asked is not null)
        {
            if (!Path.Exists(asked)) throw new ExportException($"{asked}: there is no such picture or folder.\nName pictures to compare on with `check`.");
            return new(Evenly(PictureList.Of([asked]), most), asked);
        }
        if (RunData(model) is not { } folder) return new([], null);
        var found = Recorded(model, folder);
        return found.Count > 0 ? new(Evenly(found, most), folder) : new([], null);
    }

    /// <summary>The folder of pictures that the run was given, where it is still there.</summary>
    public static string? RunData(SavedModel model)
    {
        if (model.Recipe is null) return null;
        using var recipe = JsonDocument.Parse(model.Recipe);
        try
        {
            return recipe.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String && Directory.Exists(data.GetString()) ? data.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;        // a text that is not Unicode: no folder is called so
        }
    }

    /// <summary>So many of a list, from its beginning to its end.</summary>
    public static IReadOnlyList<T> Evenly<T>(IReadOnlyList<T> all, int most) => all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * all.Count / most)])];

    /// <summary>Runs them through, in batches.</summary>
    /// <param name="engine">Gives the memory.</param>
    /// <param name="preprocessing">How they are prepared.</param>
    /// <param name="each">Sees each batch: its memory, how many pictures are in it.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <returns>Those that cannot be read and were left out.</returns>
    /// <exception cref="DataException">None can be read.</exception>
    public IReadOnlyList<SkippedImage> Run(Engine engine, Preprocessing preprocessing, Action<BatchBuffer, int> each, CancellationToken stop)
    {
        if (paths.Count == 0)
        {
            using var views = OwnPhoto(engine, preprocessing);
            each(views, Views);
            return [];
        }
        return Read([.. paths.Select(path => new Sample(path, 0))], engine, preprocessing, batch => each(batch.Buffer, batch.Count), stop);
    }

    /// <summary>Runs pictures through, in batches; those that cannot be read are left out.</summary>
    /// <returns>Those left out.</returns>
    /// <exception cref="DataException">None can be read.</exception>
    public static IReadOnlyList<SkippedImage> Read(IReadOnlyList<Sample> samples, Engine engine, Preprocessing preprocessing, Action<PixelBatch> each, CancellationToken stop)
    {
        var loading = new LoaderOptions { BatchSize = Predictor.BatchSizeOf(preprocessing.Side), BadImages = BadImages.Skip(null) };
        var bad = new BadImageLog(loading.BadImages, samples.Count);
        foreach (var batch in new PictureReader(samples, new EvaluationPreparation(preprocessing), loading).Read(engine, bad))
        {
            using var done = batch;
            stop.ThrowIfCancellationRequested();
            each(batch);
        }
        return bad.Skipped;
    }

    /// <summary>What a person should know of pictures that were left out.</summary>
    public static IEnumerable<string> Notes(IReadOnlyList<SkippedImage> left)
    {
        if (left.Count > 0) yield return $"{Counted.Of(left.Count, "picture")} cannot be read and {(left.Count == 1 ? "was" : "were")} left out{(left.Count == 1 ? "" : ", the first")}: {PrintableText.Of(left[0].Path)}: {left[0].Reason}";
    }

    private static IReadOnlyList<string> Recorded(SavedModel model, string folder)
    {
        try
        {
            var photos = ImageFolder.Open(folder, new FolderOptions { Classes = model.Classes });
            List<Sample> all = [.. photos.Training, .. photos.Validation];
            return [.. (model.Data is { } record ? record.TrainingAmong(all, model.Classes).Concat(record.ValidationAmong(all, model.Classes)) : all).Select(sample => sample.Path)];
        }
        catch (DataException)
        {
            return [];      // another folder has its name by now; nobody asked for it
        }
    }

    private const int Views = 4;

    // The photo, its mirror image, and both upside down.
    private static BatchBuffer OwnPhoto(Engine engine, Preprocessing preprocessing)
    {
        using var stream = typeof(CheckPictures).Assembly.GetManifestResourceStream("photo.jpg")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        using var photo = ImageDecoder.Decode(bytes, "photo.jpg", new DecodeOptions());
        var (buffer, side) = (engine.NewBuffer(Views, preprocessing.Side), preprocessing.Side);
        preprocessing.Apply(photo, buffer.Picture(0));
        for (var view = 1; view < Views; view++)
            for (var y = 0; y < side; y++)
                for (var x = 0; x < side; x++)
                    buffer.Picture(0).Slice(3 * ((view / 2 == 1 ? side - 1 - y : y) * side + (view % 2 == 1 ? side - 1 - x : x)), 3).CopyTo(buffer.Picture(view)[(3 * (y * side + x))..]);
        return buffer;
    }
}
