using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Reads every picture of a data set; interrupted, it keeps what it has found, and the next reading of the same folder goes on from there.</summary>
internal sealed class PictureReading
{
    private readonly CheckCache cache;

    /// <summary>Finds the pictures and reads none.</summary>
    /// <param name="folder">The data set's folder.</param>
    /// <param name="exclude">Pictures that are left out; null: none.</param>
    /// <param name="cacheFolder">Where what was found is kept; null: nowhere.</param>
    /// <param name="clock">Decides when.</param>
    /// <exception cref="DataException">There is no such folder, or no picture in it; the list of pictures to leave out does not fit.</exception>
    public PictureReading(string folder, ExcludeList? exclude, string? cacheFolder, TimeProvider clock)
    {
        _ = JpegDecoder.Current;        // an error in its switch is the caller's to hear, not a worker's
        Scan = FolderScan.Of(folder, exclude);
        Pictures = [.. CheckedPicture.In(Scan, folder)];
        cache = new CheckCache(cacheFolder, folder, clock);
    }

    /// <summary>The folder.</summary>
    public FolderScan Scan { get; }

    /// <summary>Its pictures in the order of the data set, with their facts once they are read.</summary>
    public IReadOnlyList<CheckedPicture> Pictures { get; }

    /// <summary>Reads them.</summary>
    /// <param name="workers">Threads, 1 or more; null: as many as there are cores.</param>
    /// <param name="progress">Told how many of how many are done; by one thread at a time.</param>
    /// <param name="stop">Ends between pictures.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; what was found is kept.</exception>
    public void Read(int? workers, Action<int, int>? progress, CancellationToken stop)
    {
        var done = 0;
        var isWhole = false;
        cache.Open();
        try
        {
            Parallel.ForEach(Pictures, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = workers ?? Environment.ProcessorCount }, picture =>
            {
                var stamp = FileStamp.Of(picture.File);
                (picture.Length, picture.Facts) = (stamp.Length, cache.Find(picture.Path, stamp) ?? PictureFacts.Of(picture.File));
                lock (cache)
                {
                    cache.Add(picture.Path, stamp, picture.Facts);
                    progress?.Invoke(++done, Pictures.Count);
                }
            });
            isWhole = true;
        }
        finally
        {
            if (!isWhole) cache.Save();
        }
    }

    /// <summary>Keeps what was found, for what follows may be interrupted too.</summary>
    public void Keep() => cache.Save();

    /// <summary>Forgets it: the work is done, and the next one reads every picture again.</summary>
    public void Forget() => cache.Remove();
}
