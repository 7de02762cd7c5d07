using System.Text;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Campaigns.Texts;

/// <summary>Damages text files: JSON, YAML, CSV and lists.</summary>
internal static class TextMutation
{
    private static readonly string[] Pieces =
    [
        "\\ud800", "\\u0000", "\"", "'", "\\", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "\t", "\0", "\u001b[31m", "\uFEFF", "null", "true", "1e999", "-1", "0", "NaN", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999", "0.1", "\"a\":1,", "\"a\":1,\"a\":2,", "&a *a", "<<: *a", "!!binary x", "- - - -", "? ", "%YAML 9.9", "---", "...", "#", "=1+1", "../../etc/passwd", "/dev/zero", "\u202e", "\ud83d\ude00", "e\u0301",
    ];

    /// <summary>One to four changes: bytes as <see cref="Mutation"/> does it, a piece put in, a line doubled or taken out, numbers made others, deep nesting.</summary>
    public static byte[] Of(byte[] original, Random random)
    {
        if (random.Next(3) == 0) return Mutation.Of(original, random);
        var text = Encoding.UTF8.GetString(original);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(7) switch
            {
                0 or 1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => Lines(text, random, doubled: true),
                3 => Lines(text, random, doubled: false),
                4 => text.Insert(at, string.Concat(Enumerable.Repeat(new[] { "[", "{\"a\":", "- ", "{a: ", "\"" }[random.Next(5)], random.Next(1, 3000)))),
                5 => Numbered(text, random),
                _ => text.Remove(Math.Min(at, text.Length), Math.Min(random.Next(1, 20), text.Length - at)),
            };
        }
        return Encoding.UTF8.GetBytes(text);
    }

    private static string Lines(string text, Random random, bool doubled)
    {
        var lines = text.Split('\n').ToList();
        var at = random.Next(lines.Count);
        if (doubled) lines.Insert(at, lines[at]);
        else lines.RemoveAt(at);
        return string.Join('\n', lines);
    }

    /// <summary>One of the text's digits made another number.</summary>
    private static string Numbered(string text, Random random)
    {
        var digits = Enumerable.Range(0, text.Length).Where(i => char.IsAsciiDigit(text[i])).ToList();
        if (digits.Count == 0) return text;
        var at = digits[random.Next(digits.Count)];
        return string.Concat(text.AsSpan(0, at), Pieces[random.Next(17, 31)], text.AsSpan(at + 1));
    }
}
