using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>A data set of labelled pictures in a folder: its classes and its parts. Nothing is decoded.</summary>
/// <remarks>
/// <para>Three layouts (<see cref="FolderLayout"/>). A folder counts as a part only if class folders with pictures are in it, so a class may be
/// called <c>train</c>. Pictures may lie in folders below their class folder, as with torchvision's <c>ImageFolder</c>, whose order of
/// classes (by Unicode code point, as Python's <c>sorted</c>) and of pictures (by folder, then by name) this is.</para>
/// <para>Hidden files and folders, folders that storage systems keep (<c>@eaDir</c>, <c>__MACOSX</c>, <c>lost+found</c> ...), pipes, sockets and devices are left out and counted in
/// <see cref="Notes"/>; files of unknown extensions are left out and counted
/// (<see cref="UnknownFiles"/>). Links are followed; a picture reached twice counts once, where it really lies if it lies in a class folder.</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class ImageFolder
{
    private ImageFolder(string folder, FolderLayout layout, FolderPictures pictures, FolderOptions options)
    {
        Folder = folder;
        Layout = layout;
        Classes = pictures.Classes;
        ClassToIndex = pictures.ClassToIndex;
        DisplayNames = layout == FolderLayout.TinyImageNet ? TinyImageNet.Words(folder, Classes) : new Dictionary<string, string>();
        (Training, Validation, Test) = (pictures.Training, pictures.Validation, pictures.Test);
        ValidationOrigin = pictures.ValidationFolder is { } name ? new ValidationFolder(name) : new ValidationSplit(options.Seed, options.ValidationFraction);
        (UnknownFiles, Excluded, Notes) = (pictures.UnknownFiles, pictures.Excluded, pictures.Notes);
    }

    /// <summary>The folder, as the caller gave it.</summary>
    public string Folder { get; }

    /// <summary>How the pictures lie in it.</summary>
    public FolderLayout Layout { get; }

    /// <summary>The names of the classes; a class's place is its label. In code-point order, unless <see cref="FolderOptions.Classes"/> gave another.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Label by class name: the inverse of <see cref="Classes"/>. A name that several classes of a network share is not in it.</summary>
    public IReadOnlyDictionary<string, int> ClassToIndex { get; }

    /// <summary>What a class is called for people, by class name, where <c>words.txt</c> of Tiny-ImageNet says so; otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames { get; }

    /// <summary>The training pictures, class by class. Empty only if <see cref="FolderOptions.Classes"/> was given and there is no training part.</summary>
    public IReadOnlyList<Sample> Training { get; }

    /// <summary>The validation pictures, class by class. <see cref="ValidationOrigin"/> says where they came from.</summary>
    public IReadOnlyList<Sample> Validation { get; }

    /// <summary>The pictures of <c>DIR/test</c>, or null where there is no such part.</summary>
    public IReadOnlyList<Sample>? Test { get; }

    /// <summary>How the validation part came about.</summary>
    public ValidationOrigin ValidationOrigin { get; }

    /// <summary>Files in class folders that were left out for their extension, by extension; those Tiny-ImageNet brings itself are not listed.</summary>
    public IReadOnlyList<UnknownFiles> UnknownFiles { get; }

    /// <summary>Pictures that <see cref="FolderOptions.Exclude"/> left out, where they lie; they are in no part.</summary>
    public IReadOnlyList<string> Excluded { get; }

    /// <summary>What else was left out and why, a line each, for people: folders beside the parts, loose pictures, repeated links.</summary>
    public IReadOnlyList<string> Notes { get; }

    private ImageFolder(ImageFolder whole, IReadOnlyList<Sample> training, IReadOnlyList<Sample> validation)
    {
        (Folder, Layout, Classes, ClassToIndex, DisplayNames) = (whole.Folder, whole.Layout, whole.Classes, whole.ClassToIndex, whole.DisplayNames);
        (Training, Validation, Test) = (training, validation, whole.Test);
        (ValidationOrigin, UnknownFiles, Excluded, Notes) = (whole.ValidationOrigin, whole.UnknownFiles, whole.Excluded, whole.Notes);
    }

    /// <summary>The same with a few of its pictures, of every class in turn.</summary>
    /// <param name="training">So many of the training part, or all.</param>
    /// <param name="validation">So many of the validation part, or all.</param>
    internal ImageFolder Take(int training, int validation) => new(this, InTurn(Training, training), InTurn(Validation, validation));

    private static List<Sample> InTurn(IReadOnlyList<Sample> samples, int count) =>
        [.. samples.GroupBy(sample => sample.Label).SelectMany(group => group.Index()).OrderBy(sample => sample.Index).ThenBy(sample => sample.Item.Label).Take(count).Select(sample => sample.Item).OrderBy(sample => sample.Label)];

    /// <summary>Finds the classes and pictures of a folder.</summary>
    /// <param name="folder">The folder; may itself be a link.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DataException">
    /// There is no such folder; it cannot be read; it holds no pictures, one class only, a class without pictures, no training part, two parts
    /// of one kind, or nothing to split off; the classes of its parts differ; a name is not UTF-8, or stands there in two Unicode forms; Tiny-ImageNet's annotations do not fit its pictures; a picture that is to be left out is not there.
    /// </exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    public static ImageFolder Open(string folder, FolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new FolderOptions();
        options.Check();
        if (!Directory.Exists(folder)) throw FolderFaults.Missing(folder);
        var parts = FolderParts.Find(folder);
        return new(folder, parts.Layout, FolderPictures.Collect(folder, parts, options), options);
    }

    /// <summary>The SHA-256 (lower-case hexadecimal) over the paths below the folder and the sizes of all pictures of all parts.</summary>
    /// <remarks>
    /// Over the lines <c>path TAB bytes LF</c> in UTF-8, paths with <c>/</c>, in code-point order. The same for the same files on every machine and for
    /// every split; it asks the file system for every size.
    /// </remarks>
    /// <exception cref="DataException">A picture has gone or cannot be reached.</exception>
    public string Fingerprint() => FolderFingerprint.Of(Folder, Training.Concat(Validation).Concat(Test ?? []));
}

/// <summary>How the pictures of a data set lie in its folder.</summary>
public enum FolderLayout
{
    /// <summary><c>DIR/class/picture</c>: the validation part is split off by a seed.</summary>
    Plain,

    /// <summary>
    /// <c>DIR/train/class/picture</c> (or <c>training</c>), with <c>DIR/val</c> (or <c>valid</c>, <c>validation</c>, <c>dev</c>) and <c>DIR/test</c> (or <c>testing</c>) where present;
    /// in capitals too.
    /// </summary>
    Split,

    /// <summary>Tiny-ImageNet as published: <c>train/wnid/images/</c>, <c>val/val_annotations.txt</c>, <c>words.txt</c>.</summary>
    TinyImageNet,
}

/// <summary>Where the validation part of a data set came from.</summary>
public abstract record ValidationOrigin
{
    private protected ValidationOrigin() { }
}

/// <summary>The validation part is a folder of its own.</summary>
/// <param name="Name">That folder's name: <c>val</c>, <c>valid</c>, <c>validation</c> or <c>dev</c>, in the spelling found.</param>
public sealed record ValidationFolder(string Name) : ValidationOrigin;

/// <summary>The validation part was split off the training pictures, class by class.</summary>
/// <param name="Seed">The seed of the split: the same seed and files give the same split on every machine.</param>
/// <param name="Fraction">The share of each class that went to validation, above 0 and below 1.</param>
public sealed record ValidationSplit(long Seed, double Fraction) : ValidationOrigin;

/// <summary>Files in class folders that were left out because their extension is not that of a picture.</summary>
/// <param name="Extension">The extension in lower case with its dot; empty for files without one.</param>
/// <param name="Count">How many there are, 1 or more.</param>
/// <param name="FirstPath">The first of them.</param>
public sealed record UnknownFiles(string Extension, int Count, string FirstPath)
{
    /// <summary>A line for people: <c>left out 2 files with the extension .txt, such as photos/cat/a.txt</c>.</summary>
    public string Note => $"left out {Counted.Of(Count, "file")} {(Extension.Length == 0 ? "without an extension" : $"with the extension {Extension}")}, such as {PrintableText.Of(FirstPath)}";
}
