namespace JustAlexNet.Data;

/// <summary>A data set's folder taken apart: which folder is which part, which folders are classes. Pictures are not collected yet.</summary>
internal sealed record FolderParts(FolderLayout Layout, Part? Training, Part? Validation, Part? Test)
{
    private static readonly string[] ValidationNames = ["val", "validation"];

    /// <summary>Folders beside the parts, which are not used.</summary>
    public IReadOnlyList<string> Others { get; private init; } = [];

    /// <summary>The parts that are there, training first.</summary>
    public IEnumerable<Part> All => new[] { Training, Validation, Test }.OfType<Part>();

    /// <exception cref="DataException">The folder cannot be read, or holds two validation parts.</exception>
    public static FolderParts Find(string folder)
    {
        var folders = PictureProbe.Folders(folder).ToList();
        var training = PartCalled("train");
        if (training is not null && TinyImageNet.IsAt(folder)) return TinyImageNet.Parts(folder, training);

        var validations = ValidationNames.Select(PartCalled).OfType<string>().ToList();
        var test = PartCalled("test");
        if (training is null && !IsEvaluationOnly()) return new(FolderLayout.Plain, PartAt(folder), null, null);
        if (validations.Count > 1) throw FolderFaults.TwoValidations(validations);

        var used = new[] { training, validations.FirstOrDefault(), test };
        return new(FolderLayout.Split, Optional(training), Optional(validations.FirstOrDefault()), Optional(test))
        {
            Others = [.. folders.Except(used.OfType<string>()).Select(path => Path.GetFileName(path))],
        };

        // A folder is a part only if classes with pictures are in it: a class may be called train.
        string? PartCalled(string name) => folders
            .Where(path => string.Equals(Path.GetFileName(path), name, StringComparison.OrdinalIgnoreCase))
            .FirstOrDefault(PictureProbe.HoldsClasses);

        // No training part, and nothing that could be a class beside validation and test.
        bool IsEvaluationOnly() => (test ?? validations.FirstOrDefault()) is not null
            && folders.All(path => path == test || validations.Contains(path) || !PictureProbe.HoldsPictures(path));
    }

    /// <summary>The part whose classes are the folders in a folder.</summary>
    public static Part PartAt(string folder) =>
        new(folder, [.. PictureProbe.Folders(folder).Select(path => new ClassFolder(Path.GetFileName(path), path))]);

    private static Part? Optional(string? folder) => folder is null ? null : PartAt(folder);
}
