using System.Globalization;
using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Reports;

/// <summary>A confusion matrix as a table of text: class names in the first row and first column, true classes as rows, counts.</summary>
/// <remarks>
/// UTF-8 without byte order mark unless it is asked for, lines ended by LF, fields quoted as in RFC 4180 where a name holds a comma, a quote or a line break. A name that
/// a spreadsheet would take for a formula (it begins with = + - @, a tab or a return) has a ' in front, which reading takes off again.
/// In pandas: <c>read_csv(path, index_col=0)</c>.
/// </remarks>
public static class ConfusionMatrixCsv
{
    private const string Corner = @"true\predicted";

    /// <summary>The table as text; equal matrices give equal text.</summary>
    public static string Format(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(matrix, text);
        return text.ToString();
    }

    /// <summary>Writes the table to a file: beside it first, then renamed, so that the name never holds half a table.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="path">The file.</param>
    /// <param name="byteOrderMark">Whether the file begins with one, by which Excel knows UTF-8. Default false.</param>
    /// <exception cref="EvaluationFileException">The file cannot be written.</exception>
    public static void Save(ConfusionMatrix matrix, string path, bool byteOrderMark = false)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ResultFile.Write(path, file =>
        {
            using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: byteOrderMark), bufferSize: 1 << 16, leaveOpen: true);     // ten thousand classes are too much for one string
            Write(matrix, text);
        });
    }

    /// <summary>Reads a table written by <see cref="Save"/>; LF or CRLF, with or without a byte order mark; the corner may hold anything.</summary>
    /// <exception cref="EvaluationFileException">The file cannot be read, or is no such table; the message names the line.</exception>
    public static ConfusionMatrix Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationFileException(path, $"Cannot read {path}: {ReadFault.Reason(cause, path)}", cause);
        }
    }

    /// <summary>Reads a table from text.</summary>
    /// <param name="text">What <see cref="Format"/> gave.</param>
    /// <param name="source">Where the text is from, for the message. Default <c>the table</c>.</param>
    /// <exception cref="EvaluationFileException">It is no such table; the message names the line.</exception>
    public static ConfusionMatrix Parse(string text, string source = "the table")
    {
        ArgumentNullException.ThrowIfNull(text);
        var rows = Csv.Rows(text.TrimStart('\uFEFF')) ?? throw Wrong(source, "a quoted field is not closed");
        if (rows.Count == 0 || rows[0].Count < 2) throw Wrong(source, "line 1 names no class");
        var matrix = new ConfusionMatrix([.. rows[0][1..].Select(Csv.Text)]);
        if (rows.Count - 1 != matrix.Classes) throw Wrong(source, $"line 1 names {Counted.Of(matrix.Classes, "class")}, but {Counted.Of(rows.Count - 1, "row")} {(rows.Count == 2 ? "follows" : "follow")}");
        for (var label = 0; label < matrix.Classes; label++)
        {
            var (row, name) = (rows[label + 1], matrix.Names[label]);
            if (Csv.Text(row[0]) != name) throw Wrong(source, $"row {label + 1} is called '{Short(row[0])}', expected '{Short(name)}' as in line 1");
            if (row.Count - 1 != matrix.Classes) throw Wrong(source, $"row {label + 1} ('{Short(name)}') holds {row.Count - 1} counts, expected {matrix.Classes}");
            for (var predicted = 0; predicted < matrix.Classes; predicted++)
            {
                if (!long.TryParse(row[predicted + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    throw Wrong(source, $"row {label + 1} ('{Short(name)}') holds '{Short(row[predicted + 1])}' in column {predicted + 1}, expected a count");
                matrix.Add(label, predicted, count);
            }
        }
        return matrix;
    }

    private static void Write(ConfusionMatrix matrix, TextWriter text)
    {
        text.Write(Corner);
        foreach (var name in matrix.Names) Cell(Csv.Field(name));
        text.Write('\n');
        for (var label = 0; label < matrix.Classes; label++)
        {
            text.Write(Csv.Field(matrix.Names[label]));
            foreach (var count in matrix.Row(label)) Cell(count.ToString(CultureInfo.InvariantCulture));
            text.Write('\n');
        }

        void Cell(string content)
        {
            text.Write(',');
            text.Write(content);
        }
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private static EvaluationFileException Wrong(string source, string what) =>
        new(source, $"{source} is no confusion matrix: {what}.\nExpected class names in the first row and first column, and whole numbers.");
}
