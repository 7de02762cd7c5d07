using System.Text.RegularExpressions;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Divides a folder of class folders into parts, a folder each: every class by the same shares, pictures that are one or belong together on one side.</summary>
public static class DataSplit
{
    private const int Listed = 5;

    /// <summary>Divides a data set. It stays as it is; the new folder is there as a whole or not at all.</summary>
    /// <param name="folder">Its folder, one without parts.</param>
    /// <param name="output">The folder to make: not there yet, or empty; outside the data set.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told how many of how many pictures are read, then copied; by one thread at a time.</param>
    /// <param name="stop">Ends between pictures: nothing is left, and a later call need not read the same again.</param>
    /// <exception cref="DataException">There is no such folder; it has parts, or no structure to learn from; a class has too few pictures for every part; the pattern fits no name; the output cannot be made.</exception>
    /// <exception cref="ArgumentException">The options are at fault.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static SplitReport Run(string folder, string output, SplitOptions? options = null, Action<ArrangeStage, int, int>? progress = null, CancellationToken stop = default)
    {
        options ??= new SplitOptions();
        OptionFaults.Throw(nameof(SplitOptions), [.. options.Faults()]);
        var copies = new PictureCopies(folder, output, options.Links, options.FreeIn);
        copies.Check();
        var reading = new PictureReading(folder, options.Exclude, options.CacheFolder, options.Clock);
        RequirePlain(folder, reading.Scan, options);
        var names = NamesOf(reading.Pictures, options);       // before everything is read, which takes longer
        reading.Read(options.Workers, (done, of) => progress?.Invoke(ArrangeStage.Reading, done, of), stop);
        reading.Keep();

        var duplicates = DuplicateSearch.In(reading.Pictures);
        var chosen = Choose(folder, reading.Pictures, duplicates, names, options);
        copies.Write([.. reading.Pictures.Select((picture, i) => new PictureCopy(picture.File, $"{options.Parts[chosen[i]].Name}/{picture.Class}/{picture.Below}"))], (done, of) => progress?.Invoke(ArrangeStage.Copying, done, of), stop);
        reading.Forget();
        return new()
        {
            Output = output,
            Classes = [.. reading.Pictures.Zip(chosen).GroupBy(entry => entry.First.Class).OrderBy(found => found.Key, CodePointOrder.Instance)
                .Select(found => new CheckedClass(found.Key, options.Parts.Select((part, p) => (part.Name, Count: found.Count(entry => entry.Second == p))).ToDictionary(part => part.Name, part => part.Count)))],
            Duplicates = (duplicates.Count, duplicates.SelectMany(group => group.Paths).Distinct().Count()),
            Named = names is null ? null : GroupsOf(names),
            Notes = [.. reading.Scan.Notes, .. NotesOn(reading.Pictures, duplicates, names)],
        };
    }

    private static void RequirePlain(string folder, FolderScan scan, SplitOptions options)
    {
        if (scan.Layout != FolderLayout.Plain)
            throw new DataException($"{folder} is divided already: {string.Join(", ", scan.Parts.Select(part => Path.GetFileName(part.Part.Path)))}.\nName a folder of class folders, such as {scan.Parts[0].Part.Path}, to divide that.", folder);
        if (scan.Problems.All.FirstOrDefault() is { } problem) throw new DataException(problem.Message, problem.Path);     // all of it is what dataset check says
        var few = scan.Parts[0].Part.Classes.Where(found => found.Pictures.Count < options.Parts.Count).Select(found => (found.Name, found.Pictures.Count)).ToList();
        if (few.Count > 0) throw TooFew(folder, few, options, "");
    }

    private static DataException TooFew(string folder, List<(string Name, int Count)> few, SplitOptions options, string togetherness) =>
        new($"{Counted.Of(few.Count, "class")} of {folder} {(few.Count == 1 ? "has" : "have")} too few photos to be in all of {string.Join(", ", options.Parts.Select(part => part.Name))}{togetherness}: "
            + $"{string.Join(", ", few.Take(Listed).Select(found => $"{PrintableText.Of(found.Name)} ({found.Count})"))}{(few.Count > Listed ? $" and {few.Count - Listed} more" : "")}.\n"
            + "train refuses parts whose classes differ. Add photos, move the class elsewhere, or name fewer parts with `into`.", folder);

    // What the pattern calls every picture; null for those that it does not fit.
    private static string?[]? NamesOf(IReadOnlyList<CheckedPicture> pictures, SplitOptions options)
    {
        if (options.Pattern is not { } pattern) return null;
        try
        {
            string?[] names = [.. pictures.Select(picture => pattern.Match(Path.GetFileName(picture.File)) is { Success: true } match && match.Groups[pattern.GetGroupNumbers()[1]] is { Success: true } group ? group.Value : null)];
            return names.Any(name => name is not null) ? names
                : throw new DataException($"`group_by` '{options.GroupBy}' fits none of the {Counted.Of(pictures.Count, "file name")}, such as {PrintableText.Of(Path.GetFileName(pictures[0].File))}.\nCorrect the expression: its first group in brackets names what belongs together.");
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new DataException($"`group_by` '{options.GroupBy}' takes longer than a second for {PrintableText.Of(slow.Input)}.\nWrite an expression without nested repetitions.", null, slow);
        }
    }

    private static int[] Choose(string folder, IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<DuplicateGroup> duplicates, string?[]? names, SplitOptions options)
    {
        var sets = new DisjointSets(pictures.Count);
        var place = pictures.Index().ToDictionary(entry => entry.Item.Path, entry => entry.Index);
        foreach (var group in duplicates)
            foreach (var path in group.Paths) sets.Join(place[group.Paths[0]], place[path]);
        foreach (var group in Enumerable.Range(0, pictures.Count).Where(i => names?[i] is not null).GroupBy(i => names![i]))
            foreach (var i in group) sets.Join(group.First(), i);

        List<string> classes = [.. pictures.Select(picture => picture.Class).Distinct()];
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        List<SplitUnit> units = [.. Enumerable.Range(0, pictures.Count).GroupBy(sets.Root).Select(unit => new SplitUnit(
            SeededKey.Of(options.Seed, StreamPurpose.DataSplit, pictures[unit.Key].Class, pictures[unit.Key].Below), [.. unit], unit.CountBy(i => labels[pictures[i].Class]).ToDictionary()))];
        if (Few(units.SelectMany(unit => unit.Classes.Keys)) is { Count: > 0 } few) throw TooFew(folder, few, options, ", those that stay together counted once");
        var chosen = SplitChoice.Of(units, classes.Count, [.. options.Parts.Select(part => part.Share)]);
        if (Few(units.Zip(chosen).SelectMany(entry => entry.First.Classes.Keys.Select(label => (label, entry.Second))).Distinct().Select(entry => entry.label)) is { Count: > 0 } absent)
            throw TooFew(folder, absent, options, ", as what stays together ties them to other classes; the parts that they come into");
        var ofPicture = new int[pictures.Count];
        foreach (var (unit, part) in units.Zip(chosen))
            foreach (var i in unit.Pictures) ofPicture[i] = part;
        return ofPicture;

        // Classes that occur fewer times than there are parts.
        List<(string, int)> Few(IEnumerable<int> occurrences)
        {
            var counts = occurrences.CountBy(label => label).ToDictionary();
            return [.. classes.Select((name, label) => (name, Count: counts.GetValueOrDefault(label))).Where(found => found.Count < options.Parts.Count)];
        }
    }

    private static (int Groups, int Pictures) GroupsOf(string?[] names) =>
        names.OfType<string>().CountBy(name => name).Where(group => group.Value > 1).Aggregate((0, 0), (sum, group) => (sum.Item1 + 1, sum.Item2 + group.Value));

    private static IEnumerable<string> NotesOn(IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<DuplicateGroup> duplicates, string?[]? names)
    {
        if (names?.Count(name => name is null) is > 0 and var alone) yield return $"{Counted.Of(alone, "photo")} {(alone == 1 ? "has a name" : "have names")} that `group_by` does not fit: each stands by itself";
        if (pictures.Count(picture => picture.Facts.Fault is not null) is > 0 and var damaged) yield return $"{Counted.Of(damaged, "photo")} cannot be read and {(damaged == 1 ? "is" : "are")} divided like the others: dataset check names {(damaged == 1 ? "it" : "them")}";
        if (duplicates.Count(group => group.IsLabelConflict) is > 0 and var conflicts) yield return $"{Counted.Of(conflicts, "group")} of duplicates {(conflicts == 1 ? "has" : "have")} several labels: dataset check names {(conflicts == 1 ? "it" : "them")}";
    }
}

/// <summary>What dividing or sampling is doing.</summary>
public enum ArrangeStage
{
    /// <summary>It reads pictures.</summary>
    Reading,

    /// <summary>It copies or links them.</summary>
    Copying,
}
