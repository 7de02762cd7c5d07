using System.Globalization;
using JustAlexNet.Data;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.Output;

/// <summary>How many photos a data set has and what they are like, for a person.</summary>
internal sealed class DataFiguresText(Terminal terminal)
{
    private static readonly string[] Channels = ["red", "green", "blue"];

    /// <summary>The data set in a line.</summary>
    public void WriteHead(DataCheckReport report) => Say($"{report.Folder} · {Counted.Of(report.Files, "photo")} · {Counted.Of(report.Classes.Count, "class")} · {Counted.Bytes(report.Bytes)}\n");

    /// <summary>A row a class, a column a part; with several parts also a row of sums.</summary>
    public void WriteClasses(IReadOnlyList<CheckedClass> classes)
    {
        var (names, parts) = (Math.Clamp(classes.Max(found => Columns.Width(found.Name)), 10, 40), classes[0].Parts.Keys.ToList());
        var files = classes.Sum(found => found.Count);
        var table = new FittedTable<CheckedClass>(
        [
            new("class", names, (row, _) => row.Name, 3, Gap: 0) { IsLeft = true },
            .. parts.Select(part => new Column<CheckedClass>(part == "all" ? "photos" : part, 10, (row, _) => Number(row.Parts[part]), 3)),
            new("share", 6, (row, _) => Share((double)row.Count / Math.Max(1, files)), 1),
        ], terminal.Width);
        terminal.Out.WriteLine(table.Header);
        foreach (var found in classes) terminal.Out.WriteLine(table.Of(found));
        if (parts.Count > 1) terminal.Out.WriteLine(table.Of(new("all", parts.ToDictionary(part => part, part => classes.Sum(found => found.Parts[part])))));
        terminal.Out.WriteLine();
    }

    /// <summary>Balance, sizes and colours, a line each.</summary>
    public void WriteFigures(DataCheckReport report)
    {
        WriteBalance(report);
        WriteSizes(report);
        if (report.Mean is { } mean) Say($"colours  mean {Colours(mean)}, deviation {Colours(report.Deviation!)} of red, green, blue from 0 to 1");
    }

    /// <summary>The same with kinds of files, and the colours beside ImageNet's.</summary>
    public void WriteAllFigures(DataCheckReport report)
    {
        WriteBalance(report);
        WriteSizes(report);
        Say($"files    {(report.Formats.Count == 0 ? "none that is a picture" : string.Join(", ", report.Formats.OrderByDescending(format => format.Value).Select(format => $"{Number(format.Value)} {format.Key}")))}");
        if (report.Mean is not { } mean) return;
        terminal.Out.WriteLine($"\ncolours, 0 to 1   {string.Concat(Channels.Select(channel => $"{channel,9}"))}");
        foreach (var (name, values) in new[] { ("mean", mean), ("deviation", report.Deviation!), ("ImageNet's mean", Of(ChannelValues.ImageNetMean)), ("its deviation", Of(ChannelValues.ImageNetDeviation)) })
            terminal.Out.WriteLine($"{name,-18}{string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value,9:0.000}")))}");
    }

    private void WriteBalance(DataCheckReport report)
    {
        var (most, least) = (report.Classes.MaxBy(found => found.Count)!, report.Classes.MinBy(found => found.Count)!);
        if (report.Imbalance is > 1 and var times) Say(string.Create(CultureInfo.InvariantCulture, $"balance  {times:0.0} to 1: {most.Name} has {most.Count:N0}, {least.Name} {least.Count:N0}"));
    }

    private void WriteSizes(DataCheckReport report)
    {
        if (report.Sizes is { } sizes) Say($"sizes    {Range(sizes.Width)} wide, {Range(sizes.Height)} high");
    }

    private static double[] Of(ChannelValues values) => [values.Red, values.Green, values.Blue];

    private static string Range((int Least, int Median, int Most) range) => string.Create(CultureInfo.InvariantCulture, $"{range.Least:N0}-{range.Most:N0} (median {range.Median:N0})");

    private static string Colours(IReadOnlyList<double> values) => string.Join(' ', values.Select(value => value.ToString("0.000", CultureInfo.InvariantCulture)));

    private static string Share(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private void Say(string text) => terminal.Out.WriteLine(terminal.Broken(text));
}
