using System.Numerics;
using TorchSharp;
using static JustAlexNet.Weights.Tests.HandMade;

namespace JustAlexNet.Weights.Pickling.Tests;

public sealed class UnpicklerTests
{
    private static object? Read(string opcodes) => Read(Pickle(opcodes));

    private static object? Read(byte[] pickle) => Unpickler.Read(pickle, new FileFaults("x.pth"), NoStorage, out _);

    private static TensorStorage NoStorage(string key, torch.ScalarType type, long elements) =>
        new(new FileFaults("x.pth"), bigEndian: false, () => new MemoryStream(), new Lock());

    [Fact]
    public void Numbers_of_every_width_keep_their_value()
    {
        var list = Assert.IsType<List<object?>>(Read("](K\u00FFM\u00FF\u00FFJ\u00FE\u00FF\u00FF\u00FF\u008A\0\u008A\u0008\0\0\0\0\0\0\0\u0080\u008A\u0009\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\0G\u003F\u00E0\0\0\0\0\0\0e."));

        Assert.Equal([255L, 65535L, -2L, 0L, long.MinValue, (BigInteger)ulong.MaxValue, 0.5], list);
    }

    [Fact]
    public void Sizes_and_dtypes_are_values()
    {
        var list = Assert.IsType<List<object?>>(Read("](ctorch\nSize\n(K\u0001K\u0002t\u0085Rctorch\nbfloat16\ne."));

        Assert.Equal([1L, 2L], Assert.IsType<PickleTuple>(list[0]));
        Assert.Equal(torch.ScalarType.BFloat16, list[1]);
    }

    [Fact]
    public void OrderedDict_of_pairs_as_Python_2_wrote_it_is_read()
    {
        var dictionary = Assert.IsType<PickleDictionary>(Read($"ccollections\nOrderedDict\n](]({Text("a")}K\u0001e]({Text("b")}K\u0002ee\u0085R."));

        Assert.Equal(["a", "b"], dictionary.Select(entry => entry.Key));
        Assert.Equal([1L, 2L], dictionary.Select(entry => entry.Value));
    }

    [Theory]
    [InlineData("cos\nsystem\n(X\u0002\0\0\0lstR.", "os.system")]
    [InlineData("cbuiltins\neval\n.", "builtins.eval")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n.", "torch._utils._rebuild_qtensor")]
    [InlineData("ctorch\nQInt8Storage\n.", "torch.QInt8Storage")]
    [InlineData("ctorch\nload\n.", "torch.load")]
    [InlineData("ctorch\nFloatStorage\n.", "torch.FloatStorage as a value")]
    [InlineData("ccollections\nOrderedDict\n.", "collections.OrderedDict as a value")]
    [InlineData("c\u001B[31mevil\nname\n.", "?[31mevil.name")]
    [InlineData("(ios\nsystem\n.", "the pickle opcode INST (byte 3)")]
    [InlineData(")\u0081.", "the pickle opcode NEWOBJ (byte 3)")]
    [InlineData("\u0093.", "the pickle opcode STACK_GLOBAL (byte 2)")]
    [InlineData("\u0082\u0001.", "the pickle opcode EXT1 (byte 2)")]
    [InlineData("}}b.", "the state of an object (opcode BUILD, byte 4)")]
    public void Pickle_that_wants_more_than_values_is_refused_with_its_wish(string opcodes, string wish) =>
        Assert.StartsWith($"cannot read x.pth: it asks for {wish}; nothing of it was run.\n", Assert.Throws<WeightsException>(() => Read(opcodes)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "ends too early: 1 bytes expected, 0 left (byte 2)")]
    [InlineData("N", "ends too early: 1 bytes expected, 0 left (byte 3)")]
    [InlineData(".", "takes a value from an empty stack (byte 2)")]
    [InlineData("NN.", "leaves values on the stack at its end (byte 4)")]
    [InlineData("X\u00FF\u00FF\u00FF\u00FFab.", "ends too early: 4,294,967,295 bytes expected, 3 left (byte 2)")]
    [InlineData("X\u0002\0\0\0\u00C3\u0028.", "holds a text that is not UTF-8 (byte 2)")]
    [InlineData("ctorch", "holds a name that does not end (byte 2)")]
    [InlineData("t.", "goes back to a mark that is not there (byte 2)")]
    [InlineData("N(\u0085.", "takes a value from an empty stack (byte 4)")]
    [InlineData("h\u0007.", "asks for memo 7, which was never set (byte 2)")]
    [InlineData("Na.", "takes a value from an empty stack (byte 3)")]
    [InlineData("NNa.", "appends to None (byte 4)")]
    [InlineData("]NNs.", "sets an entry of a list (byte 5)")]
    [InlineData("}(Nu.", "sets an entry without a value (byte 5)")]
    [InlineData("}]Ns.", "has a list as a dictionary's key (byte 5)")]
    [InlineData("N)R.", "calls what is no function (byte 4)")]
    [InlineData("ctorch\nSize\n)R.", "calls torch.Size with 0 arguments that do not fit (byte 15)")]
    [InlineData("K\u0005Q.", "names a storage in a way of its own (byte 4)")]
    [InlineData("\u00FE.", "holds the byte 0xFE, which is no opcode, (byte 2)")]
    public void Broken_pickle_is_an_error_with_its_place(string opcodes, string fault) =>
        Assert.StartsWith($"cannot read x.pth: its pickle {fault}.\n", Assert.Throws<WeightsException>(() => Read(opcodes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Later_protocol_is_refused_with_what_to_do() =>
        Assert.Equal(
            "cannot read x.pth: its pickle is of protocol 4, expected 2.\n  Save it with torch.save(state, path), without pickle_protocol.",
            Assert.Throws<WeightsException>(() => Read([0x80, 4, (byte)'N', (byte)'.'])).Message);

    [Theory]
    [InlineData("K\u0004", "K\u0001", "K\u0004\u0085K\u0001\u0085", "a tensor reaches to element 4 of a storage of 4")]
    [InlineData("K\u0004", "K\0", "K\u0002K\u0002\u0086K\u0003K\u0001\u0086", "a tensor reaches to element 4 of a storage of 4")]
    [InlineData("K\u0004", "K\u0005", "K\0\u0085K\u0001\u0085", "a tensor begins at element 5 of a storage of 4")]
    [InlineData("K\u0004", "J\u00FF\u00FF\u00FF\u00FF", "K\u0001\u0085K\u0001\u0085", "a tensor begins at element -1 of a storage of 4")]
    [InlineData("K\u0004", "K\0", "K\u0001\u0085J\u00FF\u00FF\u00FF\u00FF\u0085", "a tensor has a negative stride")]
    [InlineData("K\u0004", "K\0", "J\u00FF\u00FF\u00FF\u00FF\u0085K\u0001\u0085", "a tensor has a negative size")]
    [InlineData("K\u0004", "K\0", "K\u0001\u0085)", "a tensor has 1 sizes and 0 strides")]
    [InlineData("K\u0001", "K\0", "J\0\0\0\u0040\u0085K\0\u0085", "a tensor makes 1,073,741,824 elements of a storage of 1")]
    [InlineData("K\u0001", "K\0", "(K\0J\0\0\0\u0040J\0\0\0\u0040J\0\0\0\u0040t(K\0K\0K\0K\0t", "a tensor has more elements than there can be")]
    [InlineData("K\u0001", "K\0", "J\0\0\0\u0040J\0\0\0\u0040J\0\0\0\u0040\u0087K\0K\0K\0\u0087", "a tensor has more elements than there can be")]
    public void Tensor_that_does_not_lie_in_its_storage_is_an_error(string elements, string offset, string sizesAndStrides, string fault) =>
        Assert.StartsWith(
            $"cannot read x.pth: its pickle is wrong: {fault} (byte ",
            Assert.Throws<WeightsException>(() => Read(Tensor(elements, offset, sizesAndStrides) + ".")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("]q\0h\0a.")]                       // a list in itself
    [InlineData("]q\0(h\0h\0h\0e.")]                // three times
    [InlineData("}q\0K\u0001h\0s.")]                // a dictionary in itself
    [InlineData("]q\0h\0\u0085a.")]                 // by way of a tuple
    public void Value_that_contains_itself_is_an_error(string opcodes) =>
        Assert.StartsWith(
            "cannot read x.pth: its pickle nests more than 100 levels deep, or contains itself.\n",
            Assert.Throws<WeightsException>(() => Read(opcodes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_is_allowed_to_100_levels_and_no_deeper()
    {
        string Nested(int levels) => new string(']', levels) + new string('a', levels - 1) + ".";

        Assert.IsType<List<object?>>(Read(Nested(100)));
        Assert.Throws<WeightsException>(() => Read(Nested(101)));
        Assert.Throws<WeightsException>(() => Read(Nested(1_000_000)));
    }

    [Fact]
    public void Few_bytes_that_unfold_into_billions_of_values_are_an_error()
    {
        var laughs = "]q\0" + string.Concat(Enumerable.Range(0, 40).Select(i => $"](h{(char)i}h{(char)i}h{(char)i}h{(char)i}eq{(char)(i + 1)}")) + "]" + "h\u0028a0";

        var error = Assert.Throws<WeightsException>(() => Read("](" + laughs[..^1] + "e."));

        Assert.StartsWith("cannot read x.pth: its pickle unfolds into more than 10,000,000 values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_bytes_that_make_many_objects_are_an_error()
    {
        var pairs = "](" + string.Concat(Enumerable.Repeat($"(K\u0001Nt", 1000)) + "eq\u0001";
        var copies = string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\u0001\u0085R", 1000));

        Assert.Contains("makes more objects than its length can describe", Assert.Throws<WeightsException>(() => Read($"]({pairs}{copies}e.")).Message, StringComparison.Ordinal);
        Assert.Contains("makes more objects than its length can describe", Assert.Throws<WeightsException>(() => Read($"]({new string('}', 100_000)}e.")).Message, StringComparison.Ordinal);
    }
}
