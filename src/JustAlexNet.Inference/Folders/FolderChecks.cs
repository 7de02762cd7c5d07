using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

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
            foreach (var part in parts.All) CheckKnown(part, lookup, known.Count);
            return;
        }
        if (parts.Training is not { } training) throw FolderFaults.NoTraining(folder, parts.All);
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
