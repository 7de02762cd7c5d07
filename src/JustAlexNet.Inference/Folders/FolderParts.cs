using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>A data set's folder taken apart: which folder is which part, which folders are classes. Pictures are not collected yet.</summary>
internal sealed record FolderParts(FolderLayout Layout, Part? Training, Part? Validation, Part? Test)
{
    private static readonly string[] TrainingNames = ["train", "training"], ValidationNames = ["val", "valid", "validation", "dev"], TestNames = ["test", "testing"];

    /// <summary>Folders beside the parts, which are not used.</summary>
    public IReadOnlyList<string> Others { get; private init; } = [];

    /// <summary>Folders that are called as a validation or test part and hold class folders, where folders of pictures stand beside them and no training part does.</summary>
    public IReadOnlyList<string> Orphans { get; private init; } = [];

    /// <summary>The parts that are there, training first.</summary>
    public IEnumerable<Part> All => new[] { Training, Validation, Test }.OfType<Part>();

    /// <summary>Every name that a folder of a part may have, the usual one of each kind first; case counts for nothing.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TrainingNames, .. ValidationNames, .. TestNames];

    /// <summary>What a folder of this name is: <c>training</c>, <c>validation</c> or <c>test</c>; null: no part.</summary>
    public static string? KindOf(string name) =>
        TrainingNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? "training" : ValidationNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? "validation" : TestNames.Contains(name, StringComparer.OrdinalIgnoreCase) ? "test" : null;

    /// <exception cref="DataException">The folder cannot be read, or holds two parts of one kind.</exception>
    public static FolderParts Find(string folder, FolderProblems? problems = null)
    {
        var folders = PictureProbe.Folders(folder, problems).ToList();
        var training = PartCalled("training", TrainingNames);
        if (training is not null && TinyImageNet.IsAt(folder)) return TinyImageNet.Parts(folder, training, problems);

        var validation = PartCalled("validation", ValidationNames);
        var test = PartCalled("test", TestNames);
        if (training is null && !IsEvaluationOnly()) return new(FolderLayout.Plain, PartAt(folder, problems), null, null) { Orphans = [.. new[] { validation, test }.OfType<string>().Select(path => Path.GetFileName(path))] };
        var used = new[] { training, validation, test };
        return new(FolderLayout.Split, Optional(training, problems), Optional(validation, problems), Optional(test, problems))
        {
            Others = [.. folders.Except(used.OfType<string>()).Select(path => Path.GetFileName(path))],
        };

        // A folder is a part only if classes with pictures are in it: a class may be called train.
        string? PartCalled(string kind, string[] names)
        {
            var found = folders.Where(path => names.Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase) && PictureProbe.HoldsClasses(path, problems)).ToList();
            return found.Count < 2 ? found.FirstOrDefault() : throw FolderFaults.TwoParts(kind, found);
        }

        // No training part, and nothing that could be a class beside validation and test.
        bool IsEvaluationOnly() => (test ?? validation) is not null
            && folders.All(path => path == test || path == validation || !PictureProbe.HoldsPictures(path, problems));
    }

    /// <summary>The part whose classes are the folders in a folder.</summary>
    /// <exception cref="DataException">Two of them are one name in two Unicode forms.</exception>
    public static Part PartAt(string folder, FolderProblems? problems = null)
    {
        List<ClassFolder> classes = [.. PictureProbe.Folders(folder, problems).Select(path => new ClassFolder(Path.GetFileName(path), path))];
        foreach (var twins in classes.GroupBy(found => ComposedText.Of(found.Name)).Where(same => same.Count() > 1))
        {
            var fault = FolderFaults.Twins([.. twins]);
            if (problems is null) throw fault;
            problems.Add(fault.Location!, fault, hidesPictures: false);
        }
        return new(folder, classes);
    }

    private static Part? Optional(string? folder, FolderProblems? problems) => folder is null ? null : PartAt(folder, problems);
}

/// <summary>One class of one part of a data set: the folder it was found in and its pictures.</summary>
internal sealed class ClassFolder(string name, string path)
{
    public string Name { get; } = name;

    /// <summary>The folder, as the caller's path leads to it.</summary>
    public string Path { get; } = path;

    /// <summary>Its pictures' paths below <see cref="Path"/>, with <c>/</c> between the parts on every system.</summary>
    public List<string> Pictures { get; } = [];

    /// <summary>Orders the pictures as torchvision's ImageFolder does: by folder, then by name, both by code point.</summary>
    public void Sort() => Pictures.Sort((x, y) =>
    {
        var (inX, inY) = (Math.Max(0, x.LastIndexOf('/')), Math.Max(0, y.LastIndexOf('/')));
        var byFolder = CodePointOrder.Instance.Compare(x[..inX], y[..inY]);
        return byFolder != 0 ? byFolder : CodePointOrder.Instance.Compare(x[inX..], y[inY..]);
    });
}

/// <summary>One part of a data set: its folder (named as in messages) and its classes in code-point order.</summary>
internal sealed record Part(string Path, IReadOnlyList<ClassFolder> Classes)
{
    public int Pictures => Classes.Sum(c => c.Pictures.Count);
}

/// <summary>Whether the classes of a data set can be learned from, or measured on.</summary>
internal static class FolderChecks
{
    /// <exception cref="DataException">They cannot.</exception>
    public static void Check(string folder, FolderParts parts, FolderOptions options)
    {
        if (options.Classes is { } known)
        {
            if (known.Count > ConfusionMatrix.MaxClasses) throw FolderFaults.TooManyClasses(folder, known.Count);
            var lookup = new ClassLookup(known);
            if (parts.Orphans.Where(name => lookup.Find(name) is null && !lookup.IsShared(name)).ToList() is { Count: > 0 } unknown) throw FolderFaults.NoTrainingBeside(folder, unknown, parts.Training!);
            foreach (var part in parts.All) CheckKnown(part, lookup, known.Count);
            return;
        }
        if (parts.Training is not { } training) throw FolderFaults.NoTraining(folder, parts.All);
        if (parts.Orphans.Count > 0) throw FolderFaults.NoTrainingBeside(folder, parts.Orphans, training);
        if (training.Classes.Count > ConfusionMatrix.MaxClasses) throw FolderFaults.TooManyClasses(folder, training.Classes.Count);
        foreach (var part in parts.All.Skip(1)) CheckSame(training, part, options.AllowUnmeasuredClasses);
        foreach (var part in parts.All)
        {
            var empty = part.Classes.Where(found => found.Pictures.Count == 0).ToList();
            if (empty.Count > 0 && !options.AllowEmptyClasses) throw FolderFaults.EmptyClasses(part.Path, empty);
        }
        if (training.Classes.Where(found => found.Pictures.Count > 0).Take(2).ToList() is [var only])
            throw FolderFaults.OneClass(training.Path, only.Name);
    }

    private static void CheckKnown(Part part, ClassLookup known, int count)
    {
        var names = part.Classes.Where(found => found.Pictures.Count > 0).Select(found => found.Name).ToList();
        if (names.Where(known.IsShared).ToList() is { Count: > 0 } shared) throw FolderFaults.SharedName(part, shared);
        if (names.Where(name => known.Find(name) is null).ToList() is { Count: > 0 } unknown) throw FolderFaults.UnknownClasses(part, unknown, count);
    }

    private static void CheckSame(Part training, Part other, bool mayLack)
    {
        var composed = training.Classes.ToDictionary(found => ComposedText.Of(found.Name));
        foreach (var there in other.Classes)
            if (composed.TryGetValue(ComposedText.Of(there.Name), out var here) && here.Name != there.Name) throw FolderFaults.OtherForm(here, there);
        var (names, others) = (training.Classes.Select(found => found.Name).ToList(), other.Classes.Select(found => found.Name).ToList());
        var (onlyTraining, onlyOther) = (names.Except(others).ToList(), others.Except(names).ToList());
        if (mayLack && onlyOther.Count == 0) return;
        if (onlyTraining.Count + onlyOther.Count > 0) throw FolderFaults.DifferentClasses(training, other, onlyTraining, onlyOther);
    }
}
