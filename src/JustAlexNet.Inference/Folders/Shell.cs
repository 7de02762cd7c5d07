using System.Globalization;
using System.Text;
using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Paths as words of a command line for <c>sh</c>, to be copied from a message.</summary>
public static class Shell
{
    /// <summary>In single quotes; where a terminal would not show all of it, by <c>printf</c> with what it hides in octal. Thread-safe.</summary>
    /// <param name="text">Any text.</param>
    public static string Quoted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().Any(PrintableText.IsControl) ? Escaped(text) : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>By <c>printf</c>, which every shell has: what is not UTF-8, not printable or a combining mark is written in octal, so that it can be told apart and typed.</summary>
    internal static string Escaped(ReadOnlySpan<byte> path)
    {
        var (text, plain) = (new StringBuilder(), Encoding.UTF8.GetString(path));
        while (path.Length > 0)
        {
            var whole = Rune.DecodeFromUtf8(path, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (!whole) length = 1;
            if (whole && rune.Value is '%' or '\\') text.Append((char)rune.Value, 2);
            else if (whole && rune.Value != '\'' && !PrintableText.IsControl(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) text.Append(rune.ToString());
            else text.Append(PrintableText.Octal(path[..length]));
            path = path[length..];
        }
        return text.Equals(plain) ? Quoted(plain) : $"\"$(printf '{text}')\"";
    }

    /// <summary>The same of a text.</summary>
    internal static string Escaped(string path) => Escaped(Encoding.UTF8.GetBytes(Below(path)));

    /// <summary>A path that no program takes for an option.</summary>
    internal static string Below(string folder, string name) => Below(Path.Join(folder.Length > 1 ? Path.TrimEndingDirectorySeparator(folder) : folder, name.Length == 0 ? "/" : name));

    private static string Below(string path) => path.StartsWith('-') ? "./" + path : path;
}
