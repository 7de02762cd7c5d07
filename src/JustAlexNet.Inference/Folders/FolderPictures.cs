using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>The parts of a folder, filled with pictures, checked and labelled.</summary>
internal sealed class FolderPictures
{
    public required IReadOnlyList<string> Classes { get; init; }
    public required IReadOnlyDictionary<string, int> ClassToIndex { get; init; }
    public required IReadOnlyList<Sample> Training { get; init; }
    public required IReadOnlyList<Sample> Validation { get; init; }
    public required IReadOnlyList<Sample>? Test { get; init; }
    public required string? ValidationFolder { get; init; }
    public required IReadOnlyList<UnknownFiles> UnknownFiles { get; init; }
    public required IReadOnlyList<string> Excluded { get; init; }
    public required IReadOnlyList<string> Notes { get; init; }

    public static FolderPictures Collect(string folder, FolderParts parts, FolderOptions options)
    {
        var filled = Fill(folder, parts, options);
        FolderChecks.Check(folder, parts, options);

        var classes = options.Classes?.ToArray() ?? [.. parts.Training!.Classes.Select(found => found.Name)];
        var index = new ClassLookup(classes);
        var (training, validation) = Divide(folder, parts, index, options);
        return new()
        {
            Classes = classes,
            ClassToIndex = index.Labels,
            Training = training,
            Validation = validation,
            Test = parts.Test is { } test ? [.. test.Classes.SelectMany(found => Samples(found, index))] : null,
            ValidationFolder = parts.Validation is { } part ? Path.GetFileName(part.Path) : null,
            UnknownFiles = filled.Unknown,
            Excluded = filled.Excluded,
            Notes = filled.Notes,
        };
    }

    /// <summary>Fills the classes of all parts.</summary>
    /// <param name="folder">The data set's folder.</param>
    /// <param name="parts">Its parts; their classes receive the pictures.</param>
    /// <param name="options">Name the pictures to leave out.</param>
    /// <param name="problems">Hears what is wrong with folders and names; null: it is refused.</param>
    /// <returns>Files and pictures that were left out.</returns>
    /// <exception cref="DataException">There is no picture, or one that is to be left out is not there.</exception>
    public static (IReadOnlyList<UnknownFiles> Unknown, IReadOnlyList<string> Excluded, IReadOnlyList<string> Notes) Fill(string folder, FolderParts parts, FolderOptions options, FolderProblems? problems = null)
    {
        var isTiny = parts.Layout == FolderLayout.TinyImageNet;
        var skipped = new SkippedEntries();
        var walk = new PictureWalk(folder, skipped, isTiny ? TinyImageNet.IsBoxes : _ => false) { Problems = problems };
        walk.Collect([.. parts.All.Where(part => !isTiny || part != parts.Validation).SelectMany(part => part.Classes)]);
        if (parts.All.All(part => part.Pictures == 0)) throw FolderFaults.NoPictures(folder, PictureProbe.LooseIn(folder, problems: problems), walk.Unknown);
        var excluded = options.Exclude?.TakeFrom(folder, parts.All.SelectMany(part => part.Classes)) ?? [];
        if (excluded.Count > 0 && parts.All.All(part => part.Pictures == 0)) throw FolderFaults.AllExcluded(folder, options.Exclude!.Path, excluded.Count);
        List<string> notes = [.. NotesOn(folder, parts, walk.Repetitions, skipped, problems)];
        if (excluded.Count > 0) notes.Add($"excluded by {PrintableText.Of(options.Exclude!.Path)}: {Counted.Of(excluded.Count, "picture")}");
        return (walk.Unknown, excluded, notes);
    }

    private static (Sample[] Training, Sample[] Validation) Divide(
        string folder, FolderParts parts, ClassLookup index, FolderOptions options)
    {
        var training = parts.Training?.Classes ?? [];
        if (parts.Validation is { } validation || training.Count == 0)
            return ([.. training.SelectMany(found => Samples(found, index))], [.. parts.Validation?.Classes.SelectMany(found => Samples(found, index)) ?? []]);

        var (kept, taken) = (new List<Sample>(), new List<Sample>());
        foreach (var found in training)
        {
            var chosen = ValidationPick.Choose(found, options.Seed, options.ValidationFraction);
            foreach (var picture in found.Pictures) (chosen.Contains(picture) ? taken : kept).Add(SampleOf(found, picture, index));
        }
        if (taken.Count == 0 && options.Classes is null) throw FolderFaults.NothingToSplit(folder);
        return ([.. kept], [.. taken]);
    }

    private static IEnumerable<Sample> Samples(ClassFolder found, ClassLookup index) =>
        found.Pictures.Select(picture => SampleOf(found, picture, index));

    private static Sample SampleOf(ClassFolder found, string picture, ClassLookup index) =>
        new(Path.Join(found.Path, picture.Replace('/', Path.DirectorySeparatorChar)), index.Find(found.Name)!.Value);

    private static IEnumerable<string> NotesOn(string folder, FolderParts parts, int repetitions, SkippedEntries skipped, FolderProblems? problems)
    {
        if (parts.Others.Count > 0)
            yield return $"not used, beside the parts of {folder}: {FolderFaults.Listed(parts.Others)}";
        foreach (var place in parts.All.Select(part => part.Path).Prepend(folder).Distinct())
            if (RunFolders.In(place).ToList() is { Count: > 0 } runs) yield return $"not used, left by justalexnet in {place}: {FolderFaults.Listed(runs)}";
        foreach (var place in parts.All.Select(part => part.Path).Prepend(folder).Distinct())
            if (PictureProbe.LooseIn(place, skipped, problems) is > 0 and var loose)
                yield return $"not used, outside class folders: {Counted.Of(loose, "picture")} in {place} itself";
        if (repetitions > 0)
            yield return $"counted once: {Counted.Of(repetitions, "link")} to pictures or folders that are in the data set already";
        foreach (var note in skipped.Notes()) yield return note;
    }
}

/// <summary>Finds the label of a class folder by its name: as it is, else in another Unicode form of the same text (macOS writes "é" as two characters).</summary>
/// <remarks>Names need not be unique, since a table of names need not be (ImageNet's has crane and maillot twice); a folder of such a name has no label.</remarks>
internal sealed class ClassLookup
{
    private readonly Dictionary<string, int> exact = [], composed = [];
    private readonly HashSet<string> shared = [];

    public ClassLookup(IReadOnlyList<string> classes)
    {
        var ambiguous = new HashSet<string>();
        for (var label = 0; label < classes.Count; label++)
        {
            if (!exact.TryAdd(classes[label], label)) shared.Add(classes[label]);
            if (!composed.TryAdd(ComposedText.Of(classes[label]), label)) ambiguous.Add(ComposedText.Of(classes[label]));
        }
        foreach (var name in shared) exact.Remove(name);
        foreach (var name in ambiguous) composed.Remove(name);
    }

    /// <summary>Label by class name, those apart that several classes share.</summary>
    public IReadOnlyDictionary<string, int> Labels => exact;

    /// <summary>The label; null where no class is called so, or several are.</summary>
    public int? Find(string folder) => exact.TryGetValue(folder, out var label) || composed.TryGetValue(ComposedText.Of(folder), out label) ? label : null;

    /// <summary>Whether several classes are called so.</summary>
    public bool IsShared(string folder) => shared.Contains(folder);
}

/// <summary>Which pictures of a class go to validation.</summary>
internal static class ValidationPick
{
    /// <summary>
    /// The pictures of a class whose seeded keys (<see cref="SeededKey"/>) are lowest: one picture more moves at most one other across.
    /// </summary>
    public static HashSet<string> Choose(ClassFolder pictures, long seed, double share)
    {
        var count = Size(pictures.Pictures.Count, share);
        return pictures.Pictures
            .OrderBy(path => SeededKey.Of(seed, StreamPurpose.ValidationSplit, pictures.Name, path))
            .ThenBy(path => path, CodePointOrder.Instance)
            .Take(count).ToHashSet();
    }

    /// <summary>round(n x share), but at least one picture on each side where there are two or more.</summary>
    private static int Size(int pictures, double share) =>
        pictures < 2 ? 0 : Math.Clamp((int)Math.Round(pictures * share, MidpointRounding.AwayFromZero), 1, pictures - 1);
}
