using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Files;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset download URL|NAME</c>: a data set of others.</summary>
internal static class DatasetDownloadCommand
{
    private static readonly Argument<string> Source = Values.NotEmpty(new Argument<string>("SOURCE") { Description = $"An address (https://..., of a .zip, .tar or .tar.gz), or a name: {string.Join(", ", KnownDataSets.All.Select(set => set.Name))}" });
    private static readonly Option<string?> Output = Values.Path("--output", "The folder to make; what is there is never overwritten. Without it: the name, or what the archive is called", "FOLDER");
    private static readonly Option<string?> Sha256 = new("--sha256") { Description = "With an address: what the archive's SHA-256 must be, 64 hexadecimal digits", HelpName = "HASH" };
    private static readonly Option<string?> Mirror = new("--mirror") { Description = "With a name: the address of a folder that has its files, where their usual places are out of reach; their hashes are checked all the same", HelpName = "ADDRESS" };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: output, address, hash, licence, classes" };

    /// <summary>Command lines to copy.</summary>
    public static string[] Examples { get; } = ["dataset download imagenette-160", "dataset download cifar10 --output data/cifar10", "dataset download https://example.org/photos.zip --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"];

    public static Command Create(Terminal terminal)
    {
        var download = new Command("download", "Fetch a data set, by name or from an address, check it and unpack it. Interrupted, the same command goes on where it was.") { Source, Output, Sha256, Mirror, Json };
        HelpWithExamples.Add(download, Examples);
        download.SetAction(result => Run(result, terminal));
        return download;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var (source, sha256, mirror) = (result.GetValue(Source)!, result.GetValue(Sha256)?.ToLowerInvariant(), result.GetValue(Mirror));
        var set = KnownDataSets.Find(source);
        var faults = new List<string>();
        if (set is null && !source.Contains("://", StringComparison.Ordinal)) faults.Add($"SOURCE does not know '{source}'{Values.Guess(source, KnownDataSets.All.Select(known => known.Name), $", expected an address (https://...) or one of {string.Join(", ", KnownDataSets.All.Select(known => known.Name))}")}");
        if (sha256 is not null && !(sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower))) faults.Add($"--sha256 is '{sha256}', expected 64 hexadecimal digits");
        if (sha256 is not null && set is not null) faults.Add($"--sha256 is for an address; that of {source} is known");
        if (mirror is not null && set is null) faults.Add("--mirror is for a name; an address is taken as it is");
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        using var stop = new StopSignal();
        var options = new DataDownloadOptions { Hash = sha256 is null ? null : new(HashKind.Sha256, sha256), Mirror = mirror, Download = new() { Progress = new DownloadDisplay(terminal).Show } };
        var output = result.GetValue(Output) ?? set?.Name ?? DataDownload.FolderOf(source);
        if (set is not null) terminal.Note($"licence of {set.Name}: {set.Licence}");
        DownloadedData fetched;
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            fetched = set is null ? DataDownload.Run(source, output, options, Show, stop.Token) : DataDownload.Run(set, output, options, Show, stop.Token);

            void Show(DataDownloadStage stage, int done, int of) => counter.Show(stage == DataDownloadStage.Unpacking ? "unpacking: MiB" : "making folders of classes: photo", done, of);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error($"interrupted; what has arrived is kept, and the same command goes on from there");
            return stop.ExitCode;
        }
        foreach (var note in fetched.Notes) terminal.Note(note);
        if (result.GetValue(Json))
        {
            DataCheckJson.Write(new
            {
                output = fetched.Output, address = fetched.Address, hash = new { kind = DataCheckJson.Word(fetched.Hash.Kind), digits = fetched.Hash.Digits }, licence = set?.Licence,
                files = fetched.Classes.Sum(found => found.Count), classes = DataCheckJson.Classes(fetched.Classes), notes = fetched.Notes,
            }, terminal.Out);
            return ExitCode.Done;
        }
        terminal.Out.WriteLine(terminal.Broken($"{fetched.Output}   {Counted.Of(fetched.Classes.Sum(found => found.Count), "photo")} of {Counted.Of(fetched.Classes.Count, "class")}; {fetched.Hash.Name} of the archive {fetched.Hash.Digits}"));
        if (fetched.Classes.Count > 0) terminal.Out.WriteLine($"next  {Invocation.Line("dataset", "check", fetched.Output)}");
        return ExitCode.Done;
    }
}
