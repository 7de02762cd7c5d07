using System.Runtime.ExceptionServices;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>CIFAR-10's binary files as folders of PNG pictures: <c>train/cat/1-00042.png</c> is number 42 of <c>data_batch_1.bin</c>, <c>test/cat/00042.png</c> that of <c>test_batch.bin</c>.</summary>
/// <remarks>A record is a label (0 to 9) and 32 x 32 pixels of red, then of green, then of blue; the labels' names stand in <c>batches.meta.txt</c>. Source: https://www.cs.toronto.edu/~kriz/cifar.html.</remarks>
internal static class Cifar10
{
    private const int Side = 32, Plane = Side * Side, Record = 1 + 3 * Plane;

    /// <summary>See <see cref="DataSetConversion"/>.</summary>
    public static void Convert(string unpacked, IReadOnlyDictionary<string, string> others, string folder, Action<int, int>? progress, CancellationToken stop)
    {
        var names = Names(Path.Combine(unpacked, "batches.meta.txt"));
        List<(string File, string Part, string Prefix)> batches = [.. Directory.GetFiles(unpacked, "data_batch_*.bin").Order(StringComparer.Ordinal).Select(file => (file, "train", $"{Path.GetFileNameWithoutExtension(file)["data_batch_".Length..]}-"))];
        var test = Path.Combine(unpacked, "test_batch.bin");
        if (batches.Count == 0 || !File.Exists(test)) throw Fault(unpacked, "it has no data_batch_1.bin or no test_batch.bin");
        batches.Add((test, "test", ""));
        foreach (var (file, _, _) in batches)
            if (new FileInfo(file).Length is var bytes && (bytes == 0 || bytes % Record != 0)) throw Fault(file, $"it has {bytes:N0} bytes, expected a multiple of {Record:N0}");
        var (done, of) = (0, (int)batches.Sum(batch => new FileInfo(batch.File).Length / Record));
        foreach (var (file, part, prefix) in batches)
        {
            foreach (var name in names) Directory.CreateDirectory(Path.Combine(folder, part, name));
            var records = File.ReadAllBytes(file);
            for (var i = 0; i < records.Length; i += Record)
                if (records[i] >= names.Length) throw Fault(file, $"picture {i / Record} has the label {records[i]}, expected 0 to {names.Length - 1}");
            try
            {
                Parallel.For(0, records.Length / Record, new ParallelOptions { CancellationToken = stop }, i =>
                {
                    var record = records.AsSpan(i * Record, Record);
                    File.WriteAllBytes(Path.Combine(folder, part, names[record[0]], $"{prefix}{i:00000}.png"), PngEncoder.Encode(Interleaved(record[1..]), Side, Side));
                    if (progress is null) return;
                    lock (names) progress(++done, of);
                });
            }
            catch (AggregateException several)
            {
                ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);       // a full disk is one thing, not a thread each
            }
        }
    }

    private static byte[] Interleaved(ReadOnlySpan<byte> planes)
    {
        var pixels = new byte[3 * Plane];
        for (var i = 0; i < Plane; i++)
            for (var c = 0; c < 3; c++) pixels[3 * i + c] = planes[c * Plane + i];
        return pixels;
    }

    private static string[] Names(string file)
    {
        if (!File.Exists(file)) throw Fault(file, "it is missing");
        string[] names = [.. File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length is > 1 and <= 256 && names.Distinct().Count() == names.Length && names.All(name => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) ? names
            : throw Fault(file, "expected a name of letters a line, all different");
    }

    private static DataException Fault(string file, string what) => new($"{PrintableText.Of(Path.GetFileName(file))} is not as CIFAR-10 publishes it: {what}.\nFetch the archive anew, or from another place.", file);
}
