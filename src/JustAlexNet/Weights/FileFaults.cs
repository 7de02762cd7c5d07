using System.Text;

namespace JustAlexNet.Weights;

/// <summary>Words the errors about one file alike: what could not be done, why, what to do next.</summary>
internal sealed class FileFaults(string path)
{
    private const int Longest = 160;

    public string Path => path;

    /// <summary>Something about the file itself: no such file, another format.</summary>
    public WeightsException Unreadable(string why, string next, Exception? cause = null) =>
        new($"cannot read {path}: {why}\n  {next}", cause) { Path = path };

    /// <summary>Bytes that no <c>torch.save</c> wrote.</summary>
    public WeightsException Damaged(string why, Exception? cause = null) =>
        Unreadable(why, "The file is damaged or incomplete: copy or download it again.", cause);

    /// <summary>A file that wants more than numbers, texts and tensors.</summary>
    public WeightsException Refused(string wish) =>
        Unreadable($"it asks for {wish}; nothing of it was run.",
            "Weights are dictionaries, lists, numbers, texts and tensors: save them with torch.save(model.state_dict(), path).");

    /// <summary>Text from a file, fit for a terminal: no control characters, at most 160 characters.</summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder();
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, Longest))) shown.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter);
        return text.Length > Longest ? shown.Append("...").ToString() : shown.ToString();
    }

    /// <summary>The same of bytes that should be UTF-8.</summary>
    public static string Printable(ReadOnlySpan<byte> text) => Printable(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * Longest)]));
}
