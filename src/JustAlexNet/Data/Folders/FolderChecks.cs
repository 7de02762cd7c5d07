namespace JustAlexNet.Data;

/// <summary>Whether the classes of a data set can be learned from, or measured on.</summary>
internal static class FolderChecks
{
    /// <exception cref="DataException">They cannot.</exception>
    public static void Check(string folder, FolderParts parts, FolderOptions options)
    {
        if (options.Classes is { } known)
        {
            foreach (var part in parts.All) CheckKnown(part, known);
            return;
        }
        if (parts.Training is not { } training) throw FolderFaults.NoTraining(folder, parts.All);
        foreach (var part in parts.All.Skip(1)) CheckSame(training, part, options.AllowUnmeasuredClasses);
        foreach (var part in parts.All)
        {
            var empty = part.Classes.Where(found => found.Pictures.Count == 0).Select(found => found.Name).ToList();
            if (empty.Count > 0 && !options.AllowEmptyClasses) throw FolderFaults.EmptyClasses(part.Path, empty);
        }
        if (training.Classes.Where(found => found.Pictures.Count > 0).Take(2).ToList() is [var only])
            throw FolderFaults.OneClass(training.Path, only.Name);
    }

    private static void CheckKnown(Part part, IReadOnlyList<string> known)
    {
        var unknown = part.Classes.Where(found => found.Pictures.Count > 0).Select(found => found.Name).Except(known).ToList();
        if (unknown.Count > 0) throw FolderFaults.UnknownClasses(part, unknown, known.Count);
    }

    private static void CheckSame(Part training, Part other, bool mayLack)
    {
        var (names, others) = (training.Classes.Select(found => found.Name).ToList(), other.Classes.Select(found => found.Name).ToList());
        var (onlyTraining, onlyOther) = (names.Except(others).ToList(), others.Except(names).ToList());
        if (mayLack && onlyOther.Count == 0) return;
        if (onlyTraining.Count + onlyOther.Count > 0) throw FolderFaults.DifferentClasses(training, other, onlyTraining, onlyOther);
    }
}
