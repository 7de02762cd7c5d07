using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>The files that <c>predict</c> leaves, each as a whole and only where it was asked for: results in place of standard output, a table, embeddings.</summary>
internal sealed class PredictionFiles : IDisposable
{
    private static readonly Option<string?> Output = Values.Path("--output", "Write the results to a file instead of standard output", "FILE");
    private static readonly Option<string?> Csv = Values.Path("--csv", "Write a CSV file too: image, answer, rank, index, class, probability, threshold, error", "FILE");
    private static readonly Option<string?> Embeddings = Values.Path("--embeddings", "Write what the network's last layer sees of each picture: a NumPy array FILE.npy, and FILE.csv beside it with the pictures' paths", "FILE.npy");
    private static readonly Option<bool> CsvMark = Values.CsvMark();

    private readonly OptionFile? output, csv, array, paths;
    private PredictionTable? table;
    private EmbeddingsWriter? embeddings;

    private PredictionFiles(ParseResult result, SavedModel model)
    {
        try
        {
            var mark = result.GetValue(CsvMark);
            if (result.GetValue(Output) is { } results) output = new OptionFile(results, Output.Name);
            if (result.GetValue(Csv) is { } lines) csv = new OptionFile(lines, Csv.Name, mark);
            csv?.Write(file => table = new PredictionTable(file.Text));
            if (result.GetValue(Embeddings) is not { } name || model.Engine.Features is not { } features) return;
            (array, paths) = (new OptionFile(name, Embeddings.Name), new OptionFile(TableOf(name), Embeddings.Name, mark));
            if (!array.Bytes.CanSeek) throw new PredictionException($"{name} is a pipe or a device, and an array's length stands at its beginning.\nName a file with {Embeddings.Name}.");
            array.Write(_ => embeddings = new EmbeddingsWriter(array.Bytes, paths.Text, features));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where results go; null: to standard output.</summary>
    public TextWriter? Results => output?.Text;

    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Output, Csv, Embeddings, CsvMark }) command.Add(option);
    }

    /// <summary>Whether embeddings are asked for.</summary>
    public static bool WantsFeatures(ParseResult result) => result.GetValue(Embeddings) is not null;

    /// <summary>What is wrong with the options, or null.</summary>
    public static string? Fault(ParseResult result)
    {
        if (result.GetValue(Embeddings) is { } name && !Path.GetExtension(name).Equals(".npy", StringComparison.OrdinalIgnoreCase))
            return $"{Embeddings.Name} is {name}, expected a file that ends in .npy: the pictures' paths go beside it, into one that ends in .csv";
        if (result.GetValue(Embeddings) is { } fresh && File.Exists(TableOf(fresh)) && !File.Exists(fresh))
            return $"{Embeddings.Name} {fresh} writes {TableOf(fresh)} too, which is there and is not of earlier embeddings: rename it, or name another file";
        var named = new[] { result.GetValue(Output), result.GetValue(Csv), result.GetValue(Embeddings), result.GetValue(Embeddings) is { } array ? TableOf(array) : null }.OfType<string>();
        return named.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"{twice.First()} would be written twice: the files of {Output.Name}, {Csv.Name} and {Embeddings.Name} (and the .csv beside it) have to differ" : null;
    }

    /// <summary>What would be replaced while it is read: a file that is a picture or the model; as a sentence, or null.</summary>
    public static string? Overlap(ParseResult result, IEnumerable<string> images, string model)
    {
        var named = new[] { result.GetValue(Output), result.GetValue(Csv), result.GetValue(Embeddings) }.OfType<string>().ToList();
        if (named.Count == 0) return null;
        var read = images.Append(model).Select(Path.GetFullPath).ToHashSet();
        return named.Find(file => read.Contains(Path.GetFullPath(file))) is { } both ? $"{both} is read, and would be replaced by what is written: name another file" : null;
    }

    /// <summary>Begins the files.</summary>
    /// <exception cref="PredictionException">One cannot be made.</exception>
    public static PredictionFiles Begin(ParseResult result, SavedModel model) => new(result, model);

    /// <summary>Writes a prediction to the table and the embeddings, and by <paramref name="line"/> to the results.</summary>
    /// <exception cref="PredictionException">A file cannot be written.</exception>
    public void Add(Prediction prediction, Action line)
    {
        if (output is null) line();
        else output.Write(_ => line());
        csv?.Write(_ => table!.Add(prediction));
        array?.Write(_ => embeddings!.Add(prediction));
    }

    /// <summary>Gives the files their names.</summary>
    /// <exception cref="PredictionException">One cannot be written.</exception>
    public void Commit()
    {
        array?.Write(_ => embeddings!.Complete());
        foreach (var file in new[] { array, paths, csv, output }) file?.Commit();
    }

    public void Dispose()
    {
        foreach (var file in new[] { array, paths, csv, output }) file?.Dispose();
    }

    private static string TableOf(string array) => Path.ChangeExtension(array, ".csv");
}
