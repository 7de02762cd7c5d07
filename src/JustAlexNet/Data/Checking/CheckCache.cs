using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>What tells, without reading it, that a file is the one that was read: its bytes and when it was last written.</summary>
/// <param name="Length">Bytes; -1 where there is no file.</param>
/// <param name="Written">Ticks of UTC.</param>
internal readonly record struct FileStamp(long Length, long Written)
{
    /// <summary>Of a file, or of the one that a link leads to.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && RealPath.Resolve(path) is { } real) file = new FileInfo(real);
        return file.Exists ? new(file.Length, file.LastWriteTimeUtc.Ticks) : new(-1, 0);
    }
}

/// <summary>Keeps what an unfinished check has found, so that the next one of the same folder goes on from there; a finished one leaves nothing. Thread-safe for finding, not for adding.</summary>
/// <param name="cacheFolder">Made when something is kept; null keeps nothing.</param>
/// <param name="folder">The data set's folder.</param>
/// <param name="clock">Decides when to save meanwhile.</param>
internal sealed class CheckCache(string? cacheFolder, string folder, TimeProvider clock)
{
    // Counted up when the same file would give other facts.
    private const int Generation = 1;

    // Between two saves, which is what a kill can cost; longer where saving takes long itself, a twentieth of the time at most.
    private const int SaveShare = 20;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(30);

    private readonly string? path = cacheFolder is null ? null : Path.Combine(cacheFolder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(RealPath.Resolve(folder) ?? folder))) + ".jsonl");
    private readonly Dictionary<string, Entry> kept = [];
    private readonly List<Entry> found = [];
    private long lastSave = clock.GetTimestamp();
    private TimeSpan saving;

    /// <summary><c>dataset-check</c> in our cache folder (<see cref="UserFolders.Own"/>); null where there is none.</summary>
    public static string? StandardFolder => UserFolders.Below("dataset-check");

    // Decoders differ in their last bits and in nothing else that is found.
    private static string Head => $"justalexnet dataset check {Generation}, {JpegDecoder.Current.Name} {JpegDecoder.Current.Version}";

    /// <summary>Reads what an unfinished check has left; lines that are damaged count for nothing.</summary>
    public void Open()
    {
        if (path is null || !File.Exists(path)) return;
        try
        {
            using var lines = File.ReadLines(path).GetEnumerator();
            if (!lines.MoveNext() || lines.Current != Head) return;
            while (lines.MoveNext())
                if (Parsed(lines.Current) is { } entry) kept[entry.Path] = entry;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            kept.Clear();       // then they are read again, which costs time
        }
    }

    /// <summary>What was found about a file that has not changed since; null: nothing.</summary>
    public PictureFacts? Find(string path, FileStamp stamp) => kept.TryGetValue(path, out var entry) && new FileStamp(entry.Length, entry.Written) == stamp ? entry.Facts : null;

    /// <summary>Adds what was found, and saves where that is due.</summary>
    public void Add(string path, FileStamp stamp, PictureFacts facts)
    {
        if (this.path is null) return;
        found.Add(new(path, stamp.Length, stamp.Written, facts));
        if (clock.GetElapsedTime(lastSave) is var since && since >= SaveInterval && since >= SaveShare * saving) Save();
    }

    /// <summary>Keeps what was found. Where the folder cannot be written nothing is kept.</summary>
    public void Save()
    {
        if (path is null || found.Count == 0) return;
        var begun = clock.GetTimestamp();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, file =>
            {
                using var text = new StreamWriter(file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                text.Write(Head + "\n");
                foreach (var entry in found) text.Write(JsonSerializer.Serialize(entry) + "\n");
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written costs time, never a check.
        }
        saving = clock.GetElapsedTime(begun);
        lastSave = clock.GetTimestamp();
    }

    /// <summary>Forgets everything: the check is done, and the next one reads every picture again.</summary>
    public void Remove()
    {
        if (path is null) return;
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not there, or not ours to remove; what it says is still true of files that have not changed.
        }
    }

    private static Entry? Parsed(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line) is { Path: not null, Facts: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Entry(string Path, long Length, long Written, PictureFacts Facts);
}
