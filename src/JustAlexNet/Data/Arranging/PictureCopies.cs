using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Data;

/// <summary>A picture and where it goes.</summary>
/// <param name="File">The file; a link is followed.</param>
/// <param name="Target">A path below the new folder, with <c>/</c>.</param>
internal readonly record struct PictureCopy(string File, string Target);

/// <summary>Makes a folder of pictures that are in another one: copied, or as a second name (hard link) of the same bytes. Those stay as they are, and the new folder is there as a whole or not at all.</summary>
/// <param name="data">The folder that they are in.</param>
/// <param name="output">The folder to make.</param>
/// <param name="links">Second names instead of copies.</param>
/// <param name="freeIn">Bytes that may be written in a folder; null where the system does not tell.</param>
internal sealed class PictureCopies(string data, string output, bool links, Func<string, long?> freeIn)
{
    private const long Block = 4096;        // what a file takes of a disk is a multiple of it, on the usual ones

    /// <summary>Checks the place, before anything is read.</summary>
    /// <exception cref="DataException">It lies in the data set, or something is there.</exception>
    public void Check() => Check(output, data);

    /// <summary>The same of a folder that is filled from elsewhere.</summary>
    /// <param name="output">The folder to make.</param>
    /// <param name="data">A folder that it must not lie in; null: none.</param>
    /// <exception cref="DataException">It does, or something is there.</exception>
    public static void Check(string output, string? data = null)
    {
        if (data is not null && RealPath.Resolve(data) is { } photos && RealPath.IsAtOrAbove(photos, RealPath.Resolve(output) ?? Path.GetFullPath(output)))
            throw new DataException($"`output` {output} lies in {data}, which is only looked at.\nName a folder outside.", output);
        try
        {
            if (AtomicFolder.IsFree(output)) return;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Fault(output, cause);
        }
        throw new DataException($"`output` {output} is {(Directory.Exists(output) ? "not empty" : "no folder")}; it is left as it is.\nName a folder that is not there yet, or an empty one.", output);
    }

    /// <summary>Makes the folder.</summary>
    /// <param name="copies">What it is to hold; targets are different.</param>
    /// <param name="progress">Told how many of how many are done.</param>
    /// <param name="stop">Ends between two; nothing is left.</param>
    /// <exception cref="DataException">Room, permission or a picture is missing, or the disks have no second names; nothing is left.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public void Write(IReadOnlyList<PictureCopy> copies, Action<int, int>? progress, CancellationToken stop)
    {
        if (!links) RequireRoom(copies);
        try
        {
            using var folder = new AtomicFolder(output);
            var made = new HashSet<string>();
            foreach (var (done, copy) in copies.Index())
            {
                stop.ThrowIfCancellationRequested();
                var target = Path.Join(folder.Attempt, copy.Target.Replace('/', Path.DirectorySeparatorChar));
                if (Path.GetDirectoryName(target) is { } above && made.Add(above)) Directory.CreateDirectory(above);
                Place(copy.File, target);
                progress?.Invoke(done + 1, copies.Count);
            }
            folder.Commit();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Fault(output, cause);
        }
    }

    /// <summary>What to say where a folder cannot be made.</summary>
    public static DataException Fault(string output, Exception cause) =>
        new($"cannot make {PrintableText.Of(output)}: {WriteFault.Reason(cause, output)}\n{WriteFault.Advice(cause, output, "name another folder with `output`")}.", output, cause);

    /// <summary>Refuses what does not fit on the disk.</summary>
    /// <param name="bytes">Needed.</param>
    /// <param name="output">Where.</param>
    /// <param name="freeIn">See <see cref="PictureCopies"/>.</param>
    /// <param name="what">What needs them, and how they could be saved.</param>
    /// <exception cref="DataException">There are fewer.</exception>
    public static void RequireRoom(long bytes, string output, Func<string, long?> freeIn, (string Needs, string Remedy) what)
    {
        if (freeIn(output) is { } free && free < bytes)
            throw new DataException($"{what.Needs} {Counted.Bytes(bytes)} in {PrintableText.Of(output)}, where {Counted.Bytes(free)} are free.\nFree some space, {what.Remedy}name another folder with `output`.", output);
    }

    private void RequireRoom(IReadOnlyList<PictureCopy> copies) =>
        RequireRoom(copies.Sum(copy => (Math.Max(0, FileStamp.Of(copy.File).Length) + Block - 1) / Block * Block), output, freeIn, ($"{Counted.Of(copies.Count, "photo")} take", "have them linked with `link`, or "));

    private void Place(string file, string target)
    {
        var real = RealPath.Resolve(file);
        if (real is null || !File.Exists(real)) throw new DataException($"cannot read {PrintableText.Of(file)}: there is no such file (any more), or its link leads nowhere.\nLeave it out with `exclude`; dataset check lists such files.", file);
        if (!links) File.Copy(real, target);
        else if (!FileSystem.TryLink(real, target))
            throw new DataException($"cannot give {PrintableText.Of(file)} a second name in {PrintableText.Of(output)}: the two are on different disks, or on one without such names, or permission is missing.\nLeave out `link` to copy the photos, or name a folder beside {PrintableText.Of(data)} with `output`.", output);
    }
}
