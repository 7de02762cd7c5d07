using System.Globalization;
using System.Text;

namespace JustAlexNet.Inference;

/// <summary>Paths as words of a command line for <c>sh</c>, to be copied from a message.</summary>
internal static class Shell
{
    /// <summary>In single quotes.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>By <c>printf</c>, which every shell has: what is not UTF-8, not printable or a combining mark is written in octal, so that it can be told apart and typed.</summary>
    public static string Escaped(ReadOnlySpan<byte> path)
    {
        var (text, plain) = (new StringBuilder(), Encoding.UTF8.GetString(path));
        while (path.Length > 0)
        {
            var whole = Rune.DecodeFromUtf8(path, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (!whole) length = 1;
            if (whole && rune.Value is '%' or '\\') text.Append((char)rune.Value, 2);
            else if (whole && rune.Value != '\'' && !Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) text.Append(rune.ToString());
            else foreach (var octet in path[..length]) text.Append('\\').Append(Convert.ToString(octet, 8).PadLeft(3, '0'));
            path = path[length..];
        }
        return text.Equals(plain) ? Quoted(plain) : $"\"$(printf '{text}')\"";
    }

    /// <summary>The same of a text.</summary>
    public static string Escaped(string path) => Escaped(Encoding.UTF8.GetBytes(Below(path)));

    /// <summary>A path that no program takes for an option.</summary>
    public static string Below(string folder, string name) => Below(Path.Join(folder.Length > 1 ? Path.TrimEndingDirectorySeparator(folder) : folder, name.Length == 0 ? "/" : name));

    private static string Below(string path) => path.StartsWith('-') ? "./" + path : path;
}
