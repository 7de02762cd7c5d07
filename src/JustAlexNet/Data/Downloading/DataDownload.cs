using System.IO.Hashing;
using System.Text;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How a data set is fetched.</summary>
public sealed record DataDownloadOptions
{
    /// <summary>The hash that the archive of an address must have; null (default): whatever comes is taken. Of a name the table's hash counts.</summary>
    public FileHash? Hash { get; init; }

    /// <summary>Where the files of a name are to be had instead of their usual places: the address of a folder that has them. They are checked all the same. Null (default): their usual places.</summary>
    public string? Mirror { get; init; }

    /// <summary>Waits and attempts, and who is told of what arrives.</summary>
    public DownloadOptions Download { get; init; } = new();

    /// <summary>What an archive may unpack to.</summary>
    internal UnpackLimits Limits { get; init; } = new();

    /// <summary>Bytes that may be written in a folder.</summary>
    internal Func<string, long?> FreeIn { get; init; } = DiskSpace.FreeIn;
}

/// <summary>What fetching does besides.</summary>
public enum DataDownloadStage
{
    /// <summary>It unpacks: counted in MiB of the archive.</summary>
    Unpacking,

    /// <summary>It makes folders of classes: counted in pictures.</summary>
    Converting,
}

/// <summary>What was fetched.</summary>
/// <param name="Output">The folder that was made.</param>
/// <param name="Address">Where the archive came from.</param>
/// <param name="Hash">The hash of the archive.</param>
/// <param name="Classes">The classes in the folder by name, as far as it is one to learn from; else empty.</param>
/// <param name="Notes">What else is to be known, a line each, for people.</param>
public sealed record DownloadedData(string Output, string Address, FileHash Hash, IReadOnlyList<CheckedClass> Classes, IReadOnlyList<string> Notes);

/// <summary>Fetches a data set: an archive (zip, tar, tar.gz) over http, resumed where it broke, checked by its hash, unpacked safely into a folder that is there as a whole or not at all.</summary>
public static class DataDownload
{
    private const long MaxBytes = 1L << 40;
    private const string OwnEnding = ".justalexnet-download", Unpacked = ".unpacked";

    /// <summary>Fetches an archive of any address.</summary>
    /// <param name="address">An http or https address.</param>
    /// <param name="output">The folder to make: not there yet, or empty.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told how much of how much is done after the download; by one thread at a time.</param>
    /// <param name="stop">Ends; what has arrived is kept beside the folder, and a later call goes on from there.</param>
    /// <exception cref="DataException">It cannot be fetched, is not what was expected, or is refused; the folder cannot be made.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static DownloadedData Run(string address, string output, DataDownloadOptions? options = null, Action<DataDownloadStage, int, int>? progress = null, CancellationToken stop = default)
    {
        var uri = UriOf(address);
        return Run(output, [(uri, NameIn(uri), new RemoteFile(null, options?.Hash, MaxBytes))], isKnown: false, null, options ?? new(), progress, stop);
    }

    /// <summary>Fetches a data set of the table.</summary>
    /// <param name="set">Its row.</param>
    /// <param name="output">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="progress">As above.</param>
    /// <param name="stop">As above.</param>
    /// <exception cref="DataException">As above.</exception>
    /// <exception cref="OperationCanceledException">As above.</exception>
    public static DownloadedData Run(KnownDataSet set, string output, DataDownloadOptions? options = null, Action<DataDownloadStage, int, int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new();
        return Run(output, [.. set.Files.Select(file => (UriOf(options.Mirror is { } mirror ? $"{mirror.TrimEnd('/')}/{file.Name}" : file.Address), file.Name, new RemoteFile(file.Bytes, file.Hash, MaxBytes)))], isKnown: true, set.Conversion, options, progress, stop);
    }

    private static DownloadedData Run(string output, IReadOnlyList<(Uri Address, string Name, RemoteFile File)> files, bool isKnown, DataSetConversion? conversion, DataDownloadOptions options, Action<DataDownloadStage, int, int>? progress, CancellationToken stop)
    {
        PictureCopies.Check(output);
        if (files[0].File.Bytes is { } bytes) PictureCopies.RequireRoom(2 * bytes, output, options.FreeIn, ("the archive and what it holds take about", ""));
        var beside = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)))!;
        try
        {
            using var above = new EmptyFolders(beside);
            Directory.CreateDirectory(beside);
            List<(string Path, string Hash, bool IsOurs)> fetched = [.. files.Select(file => Fetch(file.Address, Path.Combine(beside, file.Name), file.File, isKnown, options, stop))];
            using (var folder = new AtomicFolder(output))
            {
                Fill(folder.Attempt, fetched[0].Path, files.Zip(fetched).Skip(1).ToDictionary(file => file.First.Name, file => file.Second.Path), conversion, options, progress, stop);
                folder.Commit();
            }
            foreach (var (path, _, isOurs) in fetched)
                if (isOurs) File.Delete(path);
            var (classes, notes) = Look(output);
            return new(output, files[0].Address.ToString(), new(files[0].File.Hash?.Kind ?? HashKind.Sha256, fetched[0].Hash), classes, notes);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw PictureCopies.Fault(output, cause);
        }
    }

    // Our own file's name holds the address, so that what is there is what was asked for, also where no hash says so.
    private static (string Path, string Hash, bool IsOurs) Fetch(Uri address, string place, RemoteFile file, bool isKnown, DataDownloadOptions options, CancellationToken stop)
    {
        var kind = file.Hash?.Kind ?? HashKind.Sha256;
        if (file.Hash is { } expected && File.Exists(place) && FileHash.Of(kind, place, stop) is var found && expected.Is(found)) return (place, found, false);      // fetched by hand
        var own = $"{place}.{Convert.ToHexStringLower(XxHash32.Hash(Encoding.UTF8.GetBytes(address.ToString())))}{OwnEnding}";
        if (File.Exists(own) && FileHash.Of(kind, own, stop) is var whole && file.Hash?.Is(whole) != false) return (own, whole, true);
        try
        {
            using var download = new Download(address, own, file, options.Download);
            return (own, download.RunAsync(stop).GetAwaiter().GetResult(), true);
        }
        catch (DownloadFault fault)
        {
            throw new DataException($"cannot download {address}: {fault.Message}\n"
                + (isKnown && file.Hash is { } hash ? $"Fetch it by hand and put it at {PrintableText.Of(place)} ({hash.Name} begins {hash.Digits[..8]}), or name a place within reach with `mirror`."
                    : $"Look whether the address{(file.Hash is null ? " is" : " and the hash are")} right; the same command goes on where it broke."), address.ToString(), fault);
        }
    }

    private static void Fill(string attempt, string archive, Dictionary<string, string> others, DataSetConversion? conversion, DataDownloadOptions options, Action<DataDownloadStage, int, int>? progress, CancellationToken stop)
    {
        var unpacked = Directory.CreateDirectory(Path.Combine(attempt, Unpacked)).FullName;
        var of = (int)(new FileInfo(archive).Length >> 20) + 1;
        new Archive(archive, unpacked, options.Limits, options.FreeIn(attempt)).Unpack(read => progress?.Invoke(DataDownloadStage.Unpacking, (int)(read >> 20), of), stop);
        var inner = WithoutWrapping(unpacked);
        if (conversion is not null) conversion(inner, others, attempt, (done, all) => progress?.Invoke(DataDownloadStage.Converting, done, all), stop);
        else foreach (var entry in Directory.EnumerateFileSystemEntries(inner).ToList()) Directory.Move(entry, Path.Combine(attempt, Path.GetFileName(entry)));
        Directory.Delete(unpacked, recursive: true);
    }

    // The innermost folder of those that everything lies in: neither a part nor a class.
    private static string WithoutWrapping(string folder)
    {
        while (Directory.EnumerateFileSystemEntries(folder).Where(entry => Path.GetFileName(entry) is var name && name[0] != '.' && !SkippedEntries.IsKept(name)).Take(2).ToList() is [var inner]
            && Directory.Exists(inner) && FolderParts.KindOf(Path.GetFileName(inner)) is null && PictureProbe.LooseIn(inner) == 0) folder = inner;
        return folder;
    }

    private static (IReadOnlyList<CheckedClass> Classes, IReadOnlyList<string> Notes) Look(string folder)
    {
        try
        {
            var scan = FolderScan.Of(folder, null);
            return ([.. CheckedClass.In(scan)], [.. scan.Notes, .. scan.Problems.All.Select(problem => problem.Message.Split('\n')[0])]);
        }
        catch (DataException none)
        {
            return ([], [none.Message.Split('\n')[0]]);       // an archive of something else: it is there all the same
        }
    }

    private static Uri UriOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new DataException($"'{PrintableText.Of(address)}' is no address that begins with https:// or http://, and no name of a data set.\nNames: {string.Join(", ", KnownDataSets.All.Select(set => set.Name))}.");

    /// <summary>What the file of an address is called here: its last part, as far as it is a name.</summary>
    internal static string NameIn(Uri address)
    {
        var last = Uri.UnescapeDataString(address.Segments[^1]);
        var name = string.Concat(last.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')).TrimStart('.');
        return name.Length == 0 ? "archive" : name[..Math.Min(100, name.Length)];
    }

    /// <summary>The folder for an address where none is named: its file without endings of archives.</summary>
    /// <exception cref="DataException">It is no address.</exception>
    public static string FolderOf(string address)
    {
        var name = NameIn(UriOf(address));
        foreach (var ending in new[] { ".tar.gz", ".tgz", ".tar", ".zip", ".gz" })
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return name[..^ending.Length];
        return $"{name}-photos";
    }
}
