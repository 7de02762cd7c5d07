using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>Publications that hold no class folders, made small here.</summary>
public sealed class ConversionTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string From => Directory.CreateDirectory(scratch.At("from")).FullName;

    private string To => Directory.CreateDirectory(scratch.At("to")).FullName;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Cifar10_becomes_pictures_in_folders_pixel_for_pixel()
    {
        WriteCifar();
        Cifar10.Convert(From, new Dictionary<string, string>(), To, null, CancellationToken.None);
        var folder = ImageFolder.Open(To);
        Assert.Equal(["cat", "dog"], folder.Classes);
        Assert.Equal((FolderLayout.Split, 2, 3), (folder.Layout, folder.Test!.Count, Directory.GetFiles(Path.Combine(To, "train", "dog")).Length));
        Assert.Equal(["1-00001.png", "1-00003.png", "2-00001.png"], Directory.GetFiles(Path.Combine(To, "train", "dog")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        using var picture = ImageDecoder.Decode(Path.Combine(To, "train", "dog", "2-00001.png"));
        Assert.Equal((32, 32), (picture.Width, picture.Height));
        var record = Record(2, 1);
        for (var i = 0; i < 1024; i++) Assert.Equal([record[1 + i], record[1025 + i], record[2049 + i]], picture.Pixels.Slice(3 * i, 3).ToArray());
    }

    [Fact]
    public void Cifar10_with_something_wrong_is_refused()
    {
        WriteCifar();
        void Refused(string expected) => Assert.Contains(expected, Assert.Throws<DataException>(() => Cifar10.Convert(From, new Dictionary<string, string>(), To, null, CancellationToken.None)).Message, StringComparison.Ordinal);
        File.AppendAllText(scratch.At("from", "data_batch_1.bin"), "x");
        Refused("data_batch_1.bin is not as CIFAR-10 publishes it: it has 12,293 bytes, expected a multiple of 3,073.");
        WriteCifar();
        File.WriteAllBytes(scratch.At("from", "data_batch_2.bin"), [9, .. new byte[3072]]);
        Refused("picture 0 has the label 9, expected 0 to 1");
        File.WriteAllText(scratch.At("from", "batches.meta.txt"), "cat\n../dog\n");
        Refused("expected a name of letters a line");
        WriteCifar();
        File.Delete(scratch.At("from", "test_batch.bin"));
        Refused("it has no data_batch_1.bin or no test_batch.bin");
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Flowers_go_to_the_parts_and_classes_of_their_tables(bool compressed)
    {
        foreach (var i in Enumerable.Range(1, 7)) Inference.Tests.TestPictures.Write(scratch.At("from", "jpg", $"image_{i:00000}.jpg"), 40, 40, i);
        File.WriteAllBytes(scratch.At("imagelabels.mat"), Mat(compressed, ("labels", 2, [1, 1, 1, 102, 102, 102, 1])));
        File.WriteAllBytes(scratch.At("setid.mat"), Mat(compressed, ("trnid", 4, [1, 4]), ("valid", 9, [2, 5]), ("tstid", 4, [3, 6, 7])));
        var others = new Dictionary<string, string> { ["imagelabels.mat"] = scratch.At("imagelabels.mat"), ["setid.mat"] = scratch.At("setid.mat") };
        Flowers102.Convert(From, others, To, null, CancellationToken.None);
        Assert.Equal(
            ["test/001/image_00003.jpg", "test/001/image_00007.jpg", "test/102/image_00006.jpg", "train/001/image_00001.jpg", "train/102/image_00004.jpg", "val/001/image_00002.jpg", "val/102/image_00005.jpg"],
            Directory.GetFiles(To, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(To, path).Replace('\\', '/')).Order(StringComparer.Ordinal));

        Assert.Contains("the archive is not as it is published: image_00001.jpg is missing", Assert.Throws<DataException>(() => Flowers102.Convert(From, others, scratch.At("other"), null, CancellationToken.None)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(scratch.At("setid.mat"), Mat(compressed, ("trnid", 4, [8, 1]), ("valid", 9, [2, 5]), ("tstid", 4, [3, 6, 7])));
        Assert.Contains("it names picture 8, and there are 7 labels", Assert.Throws<DataException>(() => Flowers102.Convert(From, others, scratch.At("other"), null, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_table_of_MATLAB_is_refused_and_never_another_error()
    {
        foreach (var compressed in new[] { true, false })
        {
            var whole = Mat(compressed, ("trnid", 4, [1, 4, 300]), ("valid", 9, [2, 5]));
            File.WriteAllBytes(scratch.At("a.mat"), whole);
            Assert.Equal([1, 4, 300], MatFile.Read(scratch.At("a.mat"))["trnid"]);
            var random = new Random(5);
            for (var i = 0; i < 500; i++)
            {
                var damaged = (byte[])whole.Clone();
                if (i % 2 == 0) damaged = damaged[..random.Next(damaged.Length)];
                else damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(scratch.At("a.mat"), damaged);
                try
                {
                    MatFile.Read(scratch.At("a.mat"));
                }
                catch (DataException refused)
                {
                    Assert.StartsWith($"cannot read {scratch.At("a.mat")}: ", refused.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    private void WriteCifar()
    {
        File.WriteAllText(scratch.At("from", "batches.meta.txt"), "cat\ndog\n\n");
        File.WriteAllBytes(scratch.At("from", "data_batch_1.bin"), [.. Record(1, 0), .. Record(5, 1), .. Record(6, 0), .. Record(7, 1)]);
        File.WriteAllBytes(scratch.At("from", "data_batch_2.bin"), [.. Record(3, 0), .. Record(2, 1)]);
        File.WriteAllBytes(scratch.At("from", "test_batch.bin"), [.. Record(8, 0), .. Record(9, 1)]);
    }

    private static byte[] Record(int seed, byte label)
    {
        var record = new byte[3073];
        new Random(seed).NextBytes(record);
        record[0] = label;
        return record;
    }

    // A MATLAB file of version 5, as save writes one: kind of numbers 2 (uint8), 4 (uint16) or 9 (double).
    private static byte[] Mat(bool compressed, params (string Name, int Kind, int[] Values)[] arrays)
    {
        var file = new MemoryStream();
        file.Write(Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)));
        file.Write([0, 1, (byte)'I', (byte)'M']);
        foreach (var (name, kind, values) in arrays)
        {
            var data = values.SelectMany(value => kind switch { 2 => [(byte)value], 4 => BitConverter.GetBytes((ushort)value), _ => BitConverter.GetBytes((double)value) }).ToArray();
            byte[] matrix =
            [
                .. Element(6, [kind switch { 2 => 9, 4 => 11, _ => 6 }, 0, 0, 0, 0, 0, 0, 0]),
                .. Element(5, [.. BitConverter.GetBytes(1), .. BitConverter.GetBytes(values.Length)]),
                .. Element(1, Encoding.ASCII.GetBytes(name)), .. Element(kind, data),
            ];
            var element = Element(14, matrix);
            if (compressed)
            {
                var packed = new MemoryStream();
                using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(element);
                file.Write(Tag(15, (int)packed.Length));
                packed.WriteTo(file);
            }
            else file.Write(element);
        }
        return file.ToArray();
    }

    private static byte[] Element(int kind, byte[] data)
    {
        if (data.Length is > 0 and <= 4) return [.. BitConverter.GetBytes((ushort)kind), .. BitConverter.GetBytes((ushort)data.Length), .. data, .. new byte[4 - data.Length]];
        return [.. Tag(kind, data.Length), .. data, .. new byte[(8 - data.Length % 8) % 8]];
    }

    private static byte[] Tag(int kind, int bytes)
    {
        var tag = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(tag, kind);
        BinaryPrimitives.WriteInt32LittleEndian(tag.AsSpan(4), bytes);
        return tag;
    }
}
