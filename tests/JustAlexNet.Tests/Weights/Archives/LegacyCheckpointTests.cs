using System.Text;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using static JustAlexNet.Weights.Tests.HandMade;

namespace JustAlexNet.Weights.Archives.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LegacyCheckpointTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Tensor_is_read_from_its_storage_behind_the_pickles()
    {
        using var tensor = Assert.IsType<StoredTensor>(Read(Tensor("K\u0004", "K\u0001", "K\u0003\u0085K\u0001\u0085"))).ToTensor();

        Assert.Equal([1f, 2f, 3f], tensor.data<float>().ToArray());
    }

    [Fact]
    public void View_of_a_storage_as_old_files_describe_it_begins_where_it_says()
    {
        var stored = Assert.IsType<StoredTensor>(Read(View("K\u0001K\u0003", "K\u0001")));
        using var tensor = stored.ToTensor();

        Assert.Equal([2f, 3f], tensor.data<float>().ToArray());
        Assert.Equal(2, stored.Offset);
    }

    [Fact]
    public void Storages_on_a_GPU_and_tensors_of_the_first_versions_are_read()
    {
        using var tensor = Assert.IsType<StoredTensor>(Read(
            $"ctorch._utils\n_rebuild_tensor\n(({Text("storage")}ctorch.cuda\nFloatStorage\n{Text("0")}{Text("cuda:0")}K\u0004NtQK\0K\u0002K\u0002\u0086K\u0002K\u0001\u0086tR")).ToTensor();

        Assert.Equal([2, 2], tensor.shape);
    }

    [Fact]
    public void Little_endian_is_believed_whatever_the_writer_says_of_its_system()
    {
        using var tensor = Assert.IsType<StoredTensor>(Read(Tensor("K\u0004", "K\0", "K\u0004\u0085K\u0001\u0085"), system: $"}}({Text("little_endian")}\u0089u")).ToTensor();

        Assert.Equal([0f, 1f, 2f, 3f], tensor.data<float>().ToArray());
    }

    [Theory]
    [InlineData("K\u0002K\u0003", "K\u0001", "sees 3 elements from 2 on in a storage of 4")]
    [InlineData("K\0J\u00FF\u00FF\u00FF\u00FF", "K\u0001", "sees -1 elements from 0 on in a storage of 4")]
    [InlineData("K\u0001K\u0002", "K\u0001", "a tensor reaches to element 2 of a storage of 2")]
    public void View_outside_its_storage_is_an_error(string view, string offset, string fault) => Fails(View(view, offset), fault);

    [Fact]
    public void Storage_that_is_cut_off_or_longer_than_said_is_an_error()
    {
        var tensor = Tensor("K\u0004", "K\0", "K\u0004\u0085K\u0001\u0085");
        Fails(tensor, "its storage '0' needs 16 bytes, 12 are left.", bytes: 12);
        Fails(tensor, "4 bytes follow the end of its last storage.", bytes: 20);
        Fails(tensor, "its storage '0' has 3 elements, expected 4.", elements: 3);
        Fails(tensor, "its storage '0' has 4,611,686,018,427,387,904 elements, expected 4.", elements: 1L << 62);
        Fails(tensor, "its storage '0' is not there.", keys: "]");
        Fails(tensor, "it lists a storage '1' that no tensor names, or lists it twice.", keys: $"]({Text("1")}e");
        Fails(tensor, "it lists a storage '0' that no tensor names, or lists it twice.", keys: $"]({Text("0")}{Text("0")}e");
    }

    [Fact]
    public void Lie_about_elements_that_both_places_tell_is_an_error_and_takes_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fails(Tensor("J\0\0\0\u0040", "K\0", "J\0\0\0\u0040\u0085K\u0001\u0085"), "its storage '0' needs 4,294,967,296 bytes, 16 are left.", elements: 1 << 30);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Other_protocol_and_system_are_errors()
    {
        Fails("N", "its protocol is not 1001.", protocol: "M\u00E8\u0003");
        Fails("N", "it does not say on which system it was written.", system: "N");
    }

    [Fact]
    public void Text_that_claims_gigabytes_in_a_small_file_takes_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fails("X\u00FF\u00FF\u00FF\u00FFab", "ends too early: 4,294,967,295 bytes expected, ");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Pickle_longer_than_the_first_piece_read_is_read_whole()
    {
        var texts = string.Concat(Enumerable.Range(0, 3000).Select(i => Text($"a text that makes the pickle long {i:0000}")));

        var list = Assert.IsType<List<object?>>(Read($"]({texts}e", keys: "]", bytes: 0, elements: null));

        Assert.Equal(3000, list.Count);
        Assert.Equal("a text that makes the pickle long 2999", list[^1]);
    }

    private static string View(string view, string offset) =>
        $"ctorch._utils\n_rebuild_tensor\n(({Text("storage")}ctorch\nFloatStorage\n{Text("0")}{Text("cpu")}K\u0004({Text("view")}{view}ttQ{offset}K\u0002\u0085K\u0001\u0085tR";

    private void Fails(string value, string fault, string keys = Key, int bytes = 16, long? elements = 4, string protocol = "M\u00E9\u0003", string system = "}") =>
        Assert.Contains(fault, Assert.Throws<WeightsException>(() => Read(value, keys, bytes, elements, protocol, system)).Message, StringComparison.Ordinal);

    private const string Key = "](X\u0001\0\0\00e";

    /// <summary>A legacy file around a value, with one storage of the float32 numbers 0, 1, ...</summary>
    private object? Read(string value, string keys = Key, int bytes = 16, long? elements = 4, string protocol = "M\u00E9\u0003", string system = "}")
    {
        var path = scratch.At("made.pth");
        byte[] numbers = [.. Enumerable.Range(0, 8).SelectMany(i => BitConverter.GetBytes((float)i))];
        File.WriteAllBytes(path,
        [
            .. Encoding.Latin1.GetBytes("\u0080\u0002\u008A\u000A\u006C\u00FC\u009C\u0046\u00F9\u0020\u006A\u00A8\u0050\u0019."),
            .. Pickle(protocol + "."), .. Pickle(system + "."), .. Pickle(value + "."), .. Pickle(keys + "."),
            .. elements is { } count ? BitConverter.GetBytes(count) : [], .. numbers[..bytes],
        ]);
        return TorchFile.Read(path);
    }
}
