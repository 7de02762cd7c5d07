namespace JustAlexNet.Inference;

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
