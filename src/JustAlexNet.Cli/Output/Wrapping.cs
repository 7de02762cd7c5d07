namespace JustAlexNet.Cli.Output;

/// <summary>Breaks text for a terminal between words, never inside one that fits into a line.</summary>
internal static class Wrapping
{
    /// <summary>The lines of a text, each of at most so many places, those after the first indented.</summary>
    /// <param name="text">One paragraph.</param>
    /// <param name="width">Places of a line, the indent included.</param>
    /// <param name="indent">Stands before every line but the first.</param>
    /// <param name="more">Stands behind every line but the last, as a shell's <c>\</c>; words stay whole then.</param>
    public static IEnumerable<string> Lines(string text, int width, string indent = "", string more = "")
    {
        var words = text.TrimStart();
        var line = text[..(text.Length - words.Length)];
        foreach (var word in words.Split(' ').SelectMany(word => more.Length > 0 ? [(word, false)] : Parts(word, width - indent.Length)))
        {
            var isEmpty = line.Trim().Length == 0;
            var longer = isEmpty || word.Joins ? line + word.Text : $"{line} {word.Text}";
            if (isEmpty || Columns.Width(longer) <= width - more.Length) line = longer;
            else
            {
                yield return line.TrimEnd() + (word.Joins ? "" : more);
                line = indent + word.Text;
            }
        }
        yield return line.TrimEnd();
    }

    /// <summary>The lines of a sentence whose end may be a command to copy: that stays in one piece, if need be on a line of its own that is longer than the terminal, where a shell takes it as it is.</summary>
    /// <param name="text">One paragraph.</param>
    /// <param name="width">Places of a line, the indent included.</param>
    /// <param name="indent">Stands before every line but the first.</param>
    /// <param name="command">Where the command begins; the text's length: there is none.</param>
    public static IEnumerable<string> Sentence(string text, int width, string indent, int command)
    {
        var (said, typed) = (text[..command].TrimEnd(), text[command..]);
        if (typed.Length == 0) return Lines(text, width, indent);
        if (said.Length == 0) return [text];
        var lines = Lines(said, width, indent).ToList();
        return Columns.Width(lines[^1]) + 1 + Columns.Width(typed) <= width ? [.. lines[..^1], $"{lines[^1]} {typed}"] : [.. lines, indent + typed];
    }

    // A word longer than a line may end behind a bar, a comma or a slash.
    private static IEnumerable<(string Text, bool Joins)> Parts(string word, int room)
    {
        var joins = false;
        while (Columns.Width(word) > room && word.AsSpan(0, Math.Max(0, Math.Min(word.Length, room))).LastIndexOfAny("|,/") is >= 0 and var cut)
        {
            yield return (word[..(cut + 1)], joins);
            (word, joins) = (word[(cut + 1)..], true);
        }
        yield return (word, joins);
    }
}
