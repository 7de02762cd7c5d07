using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>What is said of a folder that is no data set. At most twelve lines each.</summary>
internal static class FolderFaults
{
    private const int NamesShown = 10;
    private const string Shapes = "DIR/class/picture, or DIR/train/class/picture with DIR/val/class/picture beside it";

    public static DataException Missing(string folder) => ForeignNames.On(folder) is { } foreign ? foreign : File.Exists(folder)
        ? new($"{folder} is a file, expected a folder\n  Expected {Shapes}.", folder)
        : new($"cannot find the folder {folder}\n  Expected {Shapes}. Check the path.", folder);

    public static DataException Unreadable(string path, Exception cause) =>
        new($"cannot read {path}: {Reason(cause)}\n  Give this user read permission (folders: read and search), or choose another folder.", path, cause);

    public static DataException NoPictures(string folder, int loose, IReadOnlyList<UnknownFiles> unknown)
    {
        if (RunFolders.Is(folder)) return LeftByRun(folder, $"Expected {Shapes}.");
        var message = $"no pictures in class folders of {folder}\n  Expected {Shapes}.";
        if (loose > 0) message += $"\n  {Counted.Of(loose, "picture")} in {folder} itself: move each into a folder named as its class.";
        if (unknown.Count > 0) message += $"\n  Found {Listed(unknown.Select(Described))}.\n  A picture's name ends in {string.Join(" ", ImageDecoder.Extensions)}.";
        return new(message, folder);
    }

    public static DataException AllExcluded(string folder, string list, int count) =>
        new($"{PrintableText.Of(list)} names every picture of {folder} ({Counted.Of(count, "picture")}): none is left\n  Take out the lines of those to be kept.", list);

    public static DataException NoTraining(string folder, IEnumerable<Part> parts) =>
        new($"{folder} has no training part, only {string.Join(" and ", parts.Select(part => Path.GetFileName(part.Path)))}\n"
            + "  Expected DIR/train/class/picture beside it. To measure a trained network on it, use evaluate.", folder);

    /// <summary>Folders called as parts, which would be learned as classes beside others.</summary>
    public static DataException NoTrainingBeside(string folder, IReadOnlyList<string> parts, Part all) =>
        new($"{folder} has no training part beside {Listed(parts)}\n"
            + $"  A folder of class folders that is called val, valid, validation, dev, test or testing (in capitals too) is a part, not a class. Beside {(parts.Count == 1 ? "it is" : "them are")}: {Listed(all.Classes.Select(found => found.Name).Except(parts))}.\n"
            + $"  If the training part is among these, call it train. If these are the classes, move {Listed(parts)} elsewhere; if {(parts.Count == 1 ? "it is a class" : "they are classes")} too, call {(parts.Count == 1 ? "it" : "them")} otherwise.", folder);

    /// <summary>What a run or a measurement of ours has left, in the place of photos.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="expected">What to name instead: a sentence.</param>
    public static DataException LeftByRun(string folder, string expected)
    {
        var message = $"{folder} holds what justalexnet left of a run or an evaluation, and no photos\n  {expected}";
        if (RunFolders.PhotosOf(folder) is { } photos) message += $" This run learned from {photos}.";
        if (RunFolders.GoesOn(folder)) message += $"\n  To go on with the run: its photos, with `resume` auto and `output` {folder}.";
        if (RunFolders.BestIn(folder) is { } model) message += $"\n  To use its model: predict or evaluate with `checkpoint` {model}.";
        return new(message, folder);
    }

    public static DataException TwoParts(string kind, IReadOnlyList<string> folders) =>
        new($"{(folders.Count == 2 ? "two" : folders.Count)} {kind} parts: {string.Join(" and ", folders)}\n  Remove or rename the one that is not meant.", folders[0]);

    /// <summary>Class folders side by side whose names look alike.</summary>
    public static DataException Twins(IReadOnlyList<ClassFolder> twins)
    {
        var (kept, other) = twins.FirstOrDefault(found => ComposedText.Of(found.Name) == found.Name) is { } composed ? (composed, twins.First(found => found != composed)) : (twins[0], twins[1]);
        return new($"one class name in two Unicode forms: {Shell.Escaped(kept.Path)} and {Shell.Escaped(other.Path)}\n"
            + $"  If they are one class, move one into the other, whose subfolders belong to it: mv -n -- {Shell.Escaped(other.Path)} {Shell.Quoted(kept.Path)}/\n  If they are two, rename one.", other.Path);
    }

    /// <summary>The same class, spelt in two Unicode forms in two parts.</summary>
    public static DataException OtherForm(ClassFolder here, ClassFolder there)
    {
        var (_, renamed) = ComposedText.Of(here.Name) == here.Name ? (here, there) : (there, here);
        return new($"one class name in two Unicode forms: {Shell.Escaped(here.Path)} and {Shell.Escaped(there.Path)}\n"
            + $"  Rename: mv -n -- {Shell.Escaped(renamed.Path)} {Shell.Quoted(Path.Join(Path.GetDirectoryName(renamed.Path), ComposedText.Of(renamed.Name)))}", renamed.Path);
    }

    public static DataException SharedName(Part part, IReadOnlyList<string> names) =>
        new($"{part.Path} has {Counted.Of(names.Count, "class folder")} whose name several classes of the network share: {Listed(names)}\n"
            + "  Which of them is meant cannot be told. Give each class a name of its own in a file for `class_map`, and name the folder so.", part.Path);

    public static DataException OneClass(string folder, string only) =>
        new($"{folder} has pictures of one class only: {PrintableText.Of(only)}\n  Expected two or more class folders with pictures; there is nothing to tell apart.", folder);

    public static DataException EmptyClasses(string folder, IReadOnlyList<ClassFolder> empty) =>
        new($"{Counted.Of(empty.Count, "class folder")} of {folder} without pictures: {Listed(empty.Select(Named))}\n"
            + $"  Add pictures, remove the {(empty.Any(found => LinkTarget(found) is not null) ? "links and folders (a link to pictures that are in the data set already adds none)" : "folders")}, or pass `allow_empty_classes` to keep them as classes that never occur.", folder);

    public static DataException TooManyClasses(string folder, int count) =>
        new(FormattableString.Invariant($"{folder} is for {count:N0} classes, expected {ConfusionMatrix.MaxClasses:N0} or fewer\n  Each pair of classes has a number in the confusion matrix, which would no longer fit into memory. Merge classes, or divide the data set."), folder);

    public static DataException DifferentClasses(Part training, Part other, IReadOnlyList<string> onlyTraining, IReadOnlyList<string> onlyOther)
    {
        var message = $"the classes of {training.Path} and {other.Path} differ";
        if (onlyTraining.Count > 0) message += $"\n  only in {Path.GetFileName(training.Path)} ({onlyTraining.Count}): {Listed(onlyTraining)}";
        if (onlyOther.Count > 0) message += $"\n  only in {Path.GetFileName(other.Path)} ({onlyOther.Count}): {Listed(onlyOther)}";
        return new(message + "\n  Both parts need the same class folders.", other.Path);
    }

    public static DataException UnknownClasses(Part part, IReadOnlyList<string> unknown, int known) =>
        new($"{part.Path} has {Counted.Of(unknown.Count, "class folder")} that the network does not know: {Listed(unknown)}\n"
            + $"  It knows {Counted.Of(known, "class")}, by name. Rename or remove the folders, or choose the checkpoint trained on these classes.", part.Path);

    public static DataException NothingToSplit(string folder) =>
        new($"no validation part can be split off {folder}: no class has two pictures\n  Add pictures, or a validation part as DIR/val/class/picture.", folder);

    /// <summary>The first names, as a terminal may show them, and how many more there are.</summary>
    public static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(NamesShown).Select(PrintableText.Of));
        return all.Count <= NamesShown ? shown : FormattableString.Invariant($"{shown} and {all.Count - NamesShown} more");
    }

    public static string Described(UnknownFiles files) =>
        $"{(files.Extension.Length == 0 ? "no extension" : files.Extension)} ({Counted.Of(files.Count, "file")}, first {files.FirstPath})";

    private static string Named(ClassFolder found) => LinkTarget(found) is { } target ? $"{found.Name} (a link to {target})" : found.Name;

    private static string? LinkTarget(ClassFolder found) => new DirectoryInfo(found.Path).LinkTarget;

    private static string Reason(Exception cause) => cause is UnauthorizedAccessException ? "permission denied" : cause.Message;
}
