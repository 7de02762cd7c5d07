using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Files in class folders that were left out because their extension is not that of a picture.</summary>
/// <param name="Extension">The extension in lower case with its dot; empty for files without one.</param>
/// <param name="Count">How many there are, 1 or more.</param>
/// <param name="FirstPath">The first of them.</param>
public sealed record UnknownFiles(string Extension, int Count, string FirstPath)
{
    /// <summary>A line for people: <c>left out 2 files with the extension .txt, such as photos/cat/a.txt</c>.</summary>
    public string Note => $"left out {Counted.Of(Count, "file")} {(Extension.Length == 0 ? "without an extension" : $"with the extension {Extension}")}, such as {FirstPath}";
}
