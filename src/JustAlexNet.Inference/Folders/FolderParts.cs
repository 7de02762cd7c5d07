using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>A data set's folder taken apart: which folder is which part, which folders are classes. Pictures are not collected yet.</summary>
internal sealed record FolderParts(FolderLayout Layout, Part? Training, Part? Validation, Part? Test)
{
    private static readonly string[] TrainingNames = ["train", "training"], ValidationNames = ["val", "valid", "validation", "dev"], TestNames = ["test", "testing"];

    /// <summary>Folders beside the parts, which are not used.</summary>
    public IReadOnlyList<string> Others { get; private init; } = [];

    /// <summary>The parts that are there, training first.</summary>
    public IEnumerable<Part> All => new[] { Training, Validation, Test }.OfType<Part>();

    /// <exception cref="DataException">The folder cannot be read, or holds two parts of one kind.</exception>
    public static FolderParts Find(string folder)
    {
        var folders = PictureProbe.Folders(folder).ToList();
        var training = PartCalled("training", TrainingNames);
        if (training is not null && TinyImageNet.IsAt(folder)) return TinyImageNet.Parts(folder, training);

        var validation = PartCalled("validation", ValidationNames);
        var test = PartCalled("test", TestNames);
        if (training is null && !IsEvaluationOnly()) return new(FolderLayout.Plain, PartAt(folder), null, null);
        var used = new[] { training, validation, test };
        return new(FolderLayout.Split, Optional(training), Optional(validation), Optional(test))
        {
            Others = [.. folders.Except(used.OfType<string>()).Select(path => Path.GetFileName(path))],
        };

        // A folder is a part only if classes with pictures are in it: a class may be called train.
        string? PartCalled(string kind, string[] names)
        {
            var found = folders.Where(path => names.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase) && PictureProbe.HoldsClasses(path)).ToList();
            return found.Count < 2 ? found.FirstOrDefault() : throw FolderFaults.TwoParts(kind, found);
        }

        // No training part, and nothing that could be a class beside validation and test.
        bool IsEvaluationOnly() => (test ?? validation) is not null
            && folders.All(path => path == test || path == validation || !PictureProbe.HoldsPictures(path));
    }

    /// <summary>The part whose classes are the folders in a folder.</summary>
    /// <exception cref="DataException">Two of them are one name in two Unicode forms.</exception>
    public static Part PartAt(string folder)
    {
        List<ClassFolder> classes = [.. PictureProbe.Folders(folder).Select(path => new ClassFolder(Path.GetFileName(path), path))];
        foreach (var twins in classes.GroupBy(found => ComposedText.Of(found.Name)).Where(same => same.Count() > 1)) throw FolderFaults.Twins([.. twins]);
        return new(folder, classes);
    }

    private static Part? Optional(string? folder) => folder is null ? null : PartAt(folder);
}
