using System.IO.Compression;
using System.Text;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;
using static JustAlexNet.Weights.Tests.HandMade;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TorchFileReadTests
{
    [Fact]
    public void Big_endian_file_gives_the_same_numbers()
    {
        using var scratch = new Scratch();
        var swapped = Enumerable.Range(0, 4).SelectMany(i => BitConverter.GetBytes((float)i).Reverse()).ToArray();
        var path = Zip(scratch, CompressionLevel.NoCompression,
            ("made/data.pkl", Pickle(Tensor("K\u0004", "K\0", "K\u0004\u0085K\u0001\u0085") + ".")), ("made/byteorder", "big"u8.ToArray()), ("made/data/0", swapped));

        using var tensor = Assert.IsType<StoredTensor>(TorchFile.Read(path)).ToTensor();

        Assert.Equal([0f, 1f, 2f, 3f], tensor.data<float>().ToArray());
    }

    [Fact]
    public void Compressed_archive_is_read_too()
    {
        using var scratch = new Scratch();
        var path = Zip(scratch, CompressionLevel.Optimal,
            ("made/data.pkl", Pickle(Tensor("K\u0004", "K\u0001", "K\u0003\u0085K\u0001\u0085") + ".")), ("made/data/0", new byte[] { 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64 }));

        using var tensor = Assert.IsType<StoredTensor>(TorchFile.Read(path)).ToTensor();

        Assert.Equal([1f, 2f, 3f], tensor.data<float>().ToArray());
    }

    [Fact]
    public void Expanded_tensor_is_read_from_its_one_element()
    {
        using var scratch = new Scratch();
        var path = Checkpoint(scratch, Pickle(Tensor("K\u0004", "K\u0002", "K\u0003K\u0002\u0086K\0K\0\u0086") + "."));

        using var tensor = Assert.IsType<StoredTensor>(TorchFile.Read(path)).ToTensor();

        Assert.Equal([3, 2], tensor.shape);
        Assert.Equal(Enumerable.Repeat(2f, 6), tensor.data<float>().ToArray());
    }

    [Theory]
    [InlineData("", "the file is empty.\n  Copy or download it again.")]
    [InlineData("<!DOCTYPE html>\n<html>", "it is a text file (\"<!DOCTYPE html>?<html>\"), not weights.\n  Expected a file of torch.save, or .safetensors. Was a web page or a Git LFS pointer downloaded in its place?")]
    [InlineData("\u0080\u0002]q\0.", "it is a Python pickle, but not one of PyTorch.\n  Save the weights with torch.save(model.state_dict(), path).")]
    [InlineData("\u0089PNG\r\n\u001A\n....", "its first bytes (89 50 4E 47 0D 0A 1A 0A) are those of no known format of weights.\n  Expected a file of torch.save, or .safetensors.")]
    [InlineData("PK\u0003\u0004 and so on", "its zip archive is truncated or has no readable directory.\n  The file is damaged or incomplete: copy or download it again.")]
    public void File_that_is_no_checkpoint_is_refused_for_what_it_is(string content, string reason)
    {
        using var scratch = new Scratch();
        var path = scratch.At("weights.pth");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(content));

        Assert.Equal($"cannot read {path}: {reason}", Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message);
    }

    [Fact]
    public void Absent_file_and_folder_are_told_apart()
    {
        using var scratch = new Scratch();

        Assert.Equal(
            $"cannot read {scratch.At("none.pth")}: there is no such file.\n  Name a file of weights, for example checkpoints/best_model.pth.",
            Assert.Throws<WeightsException>(() => TorchFile.Read(scratch.At("none.pth"))).Message);
        Assert.Equal(
            $"cannot read {scratch.Folder}: it is a folder.\n  Name a file of weights.",
            Assert.Throws<WeightsException>(() => TorchFile.Read(scratch.Folder)).Message);
    }

    [Fact]
    public void File_cut_off_anywhere_is_not_whole()
    {
        using var scratch = new Scratch();
        var whole = File.ReadAllBytes(Repository.Golden("checkpoints", "training.pth"));
        var path = scratch.At("cut.pth");
        for (var length = whole.Length - 1; length >= 0; length -= 97)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.False(TorchFile.IsWhole(path, out var why), $"{length} of {whole.Length} bytes");
            Assert.StartsWith($"cannot read {path}: ", why, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, whole);
        Assert.True(TorchFile.IsWhole(path, out var nothing));
        Assert.Null(nothing);
    }

    [Fact]
    public void One_bit_turned_in_a_tensor_is_found_and_its_entry_named()
    {
        using var scratch = new Scratch();
        var bytes = File.ReadAllBytes(Repository.Golden("checkpoints", "dtype-float64.pth"));
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(11.0))] ^= 1;
        var path = scratch.At("bit.pth");
        File.WriteAllBytes(path, bytes);

        Assert.Equal(
            $"cannot read {path}: its entry 'dtype-float64/data/0' does not have the length and CRC-32 it was written with.\n  The file is damaged or incomplete: copy or download it again.",
            Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message);
    }

    [Fact]
    public void Zip_bomb_is_refused_before_it_is_unpacked()
    {
        using var scratch = new Scratch();
        var path = Zip(scratch, CompressionLevel.SmallestSize, ("made/data.pkl", Pickle("N.")), ("made/data/0", new byte[20_000_000]));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<WeightsException>(() => TorchFile.Read(path));

        Assert.Contains("it asks for 20,000,004 bytes out of a file of ", error.Message, StringComparison.Ordinal);
        Assert.Contains(" (a zip bomb); nothing of it was run.", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Archive_without_a_pickle_is_refused()
    {
        using var scratch = new Scratch();
        var path = Zip(scratch, CompressionLevel.Optimal, ("word/document.xml", "<w/>"u8.ToArray()));

        Assert.Equal(
            $"cannot read {path}: it is a zip archive, but not one of torch.save (no NAME/data.pkl).\n  Expected a file of torch.save(model.state_dict(), path).",
            Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("K\u0005", "its storage '0' has 16 bytes, expected 5 elements of float32.")]
    [InlineData("J\u00FF\u00FF\u00FF\u007F", "its storage '0' has 16 bytes, expected 2,147,483,647 elements of float32.")]
    public void Storage_shorter_than_the_pickle_says_is_an_error(string elements, string fault)
    {
        using var scratch = new Scratch();
        var path = Checkpoint(scratch, Pickle(Tensor(elements, "K\0", "K\u0001\u0085K\u0001\u0085") + "."));

        Assert.StartsWith($"cannot read {path}: {fault}\n", Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_that_the_archive_lacks_is_an_error()
    {
        using var scratch = new Scratch();
        var path = Zip(scratch, CompressionLevel.NoCompression, ("made/data.pkl", Pickle(Tensor("K\u0001", "K\0", "))") + ".")));

        Assert.StartsWith(
            $"cannot read {path}: its pickle names a storage '0' that the archive does not hold.\n",
            Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_byte_order_and_bytes_after_the_pickle_are_errors()
    {
        using var scratch = new Scratch();

        var odd = Assert.Throws<WeightsException>(() => TorchFile.Read(Checkpoint(scratch, Pickle("N."), byteOrder: "middle")));
        var more = Assert.Throws<WeightsException>(() => TorchFile.Read(Checkpoint(scratch, Pickle("N.N."))));

        Assert.Contains("its byte order is 'middle', expected 'little' or 'big'.", odd.Message, StringComparison.Ordinal);
        Assert.Contains("2 bytes follow the end of its pickle.", more.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_overlap_or_repeat_are_errors()
    {
        using var scratch = new Scratch();
        var twice = Zip(scratch, CompressionLevel.NoCompression, ("made/data.pkl", Pickle("N.")), ("made/data.pkl", Pickle("N.")));
        Assert.Contains("its archive holds 'made/data.pkl' twice.", Assert.Throws<WeightsException>(() => TorchFile.Read(twice)).Message, StringComparison.Ordinal);

        var many = Zip(scratch, CompressionLevel.NoCompression,
            [("made/data.pkl", Pickle("N.")), .. Enumerable.Range(0, 9).Select(i => ($"made/data/{i}", new byte[1000]))]);
        PointAllToTheLast(many);
        Assert.Contains(" bytes of a file of ", Assert.Throws<WeightsException>(() => TorchFile.Read(many)).Message, StringComparison.Ordinal);
    }

    /// <summary>Makes every entry of the directory 9 KB long, as if they lay upon each other.</summary>
    private static void PointAllToTheLast(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var span = bytes.AsSpan();
        for (var at = span.IndexOf("PK\u0001\u0002"u8); at >= 0 && at < bytes.Length - 46;)
        {
            BitConverter.TryWriteBytes(span[(at + 20)..], 9000);
            BitConverter.TryWriteBytes(span[(at + 24)..], 9000);
            var next = span[(at + 4)..].IndexOf("PK\u0001\u0002"u8);
            at = next < 0 ? -1 : at + 4 + next;
        }

        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void File_replaced_after_reading_still_gives_the_values_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "an open file cannot be replaced there");
        using var scratch = new Scratch();
        var path = scratch.At("model.pth");
        using var first = torch.tensor([1f, 2f]);
        using var second = torch.tensor([3f, 4f]);
        TorchFile.Write(path, new PickleDictionary { { "w", first } });
        var stored = ((PickleDictionary)TorchFile.Read(path)!).Require<StoredTensor>("w", path);

        TorchFile.Write(path, new PickleDictionary { { "w", second } });

        using var tensor = stored.ToTensor();
        Assert.Equal([1f, 2f], tensor.data<float>().ToArray());
    }
}
