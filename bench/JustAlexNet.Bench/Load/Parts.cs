using System.Globalization;

namespace JustAlexNet.Bench.Load;

/// <summary>The parts of a campaign, a line each in a file: what is done there is not done again, so a run that was cut off goes on behind it. A part in which something fell is done anew.</summary>
internal sealed class Parts
{
    private const string Fell = " FELL: ";

    private readonly string file;
    private readonly HashSet<string> done;

    /// <param name="file">Made where it is not there.</param>
    public Parts(string file)
    {
        this.file = file;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        done = [.. (File.Exists(file) ? File.ReadAllLines(file) : []).Where(line => !line.Contains(Fell, StringComparison.Ordinal)).Select(line => line.Split(':')[0])];
    }

    /// <summary>Numbers 0 to count in ranges, those left out that are done.</summary>
    /// <param name="kind">The part's name, before its range.</param>
    /// <param name="count">All.</param>
    /// <param name="size">Of a range.</param>
    public IEnumerable<(string Name, int From, int To)> Left(string kind, int count, int size) =>
        Enumerable.Range(0, (count + size - 1) / size).Select(i => (Name: string.Create(CultureInfo.InvariantCulture, $"{kind} {i * size}-{Math.Min(count, (i + 1) * size) - 1}"), From: i * size, To: Math.Min(count, (i + 1) * size))).Where(part => !done.Contains(part.Name));

    /// <summary>Whether a part is to be done.</summary>
    public bool Lacks(string name) => !done.Contains(name);

    /// <summary>Writes and prints a part's line.</summary>
    public void Say(string name, FormattableString counts, IReadOnlyCollection<string> falls)
    {
        var line = $"{name}: {counts.ToString(CultureInfo.InvariantCulture)}{(falls.Count == 0 ? "" : $";{Fell}{string.Join("; ", falls)}")}".ReplaceLineEndings(" ");
        Console.WriteLine(line);
        File.AppendAllLines(file, [line]);
    }
}
