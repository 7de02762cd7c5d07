using System.IO.Compression;
using System.Numerics;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TorchFileWriteTests
{
    [Fact]
    public void Every_kind_of_value_comes_back_as_it_was()
    {
        var root = new PickleDictionary
        {
            { "none", null }, { "yes", true }, { "no", false }, { "integers", new List<object?> { 0L, 255L, 256L, 65535L, 65536L, -1L, (long)int.MinValue, 1L << 31, long.MinValue, long.MaxValue } },
            { "large", (BigInteger)ulong.MaxValue }, { "numbers", new List<object?> { 0.1, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon } },
            { "text", "训练 🦊\n" }, { "empty", "" }, { "tuples", new List<object?> { new PickleTuple(), new PickleTuple(1L), new PickleTuple(1L, null), new PickleTuple(1L, 2L, 3L), new PickleTuple(1L, 2L, 3L, "four") } },
            { "list", new List<object?>() }, { "dictionary", new PickleDictionary() }, { "ordered", new PickleDictionary(isOrderedDict: true) },
            { "dtype", torch.ScalarType.BFloat16 }, { "keys", new PickleDictionary { { 3L, "integer" }, { 0.5, "number" }, { true, "boolean" } } },
        };
        using var scratch = new Scratch();
        TorchFile.Write(scratch.At("values.pth"), root);

        Assert.Equal(Show(root), Show(TorchFile.Read(scratch.At("values.pth"))));
    }

    [Fact]
    public void Small_numbers_and_plain_lists_are_written_as_Python_has_them()
    {
        using var scratch = new Scratch();
        TorchFile.Write(scratch.At("values.pth"), new PickleDictionary { { "int", 3 }, { "float", 0.5f }, { "names", new[] { "a", "b" } }, { 7, "key" } });

        Assert.Equal("{int: 3L, float: 0.5D, names: [a, b], 7: key}", Show(TorchFile.Read(scratch.At("values.pth"))));
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.Byte)]
    [InlineData(torch.ScalarType.Int8)]
    [InlineData(torch.ScalarType.Int16)]
    [InlineData(torch.ScalarType.Int32)]
    [InlineData(torch.ScalarType.Int64)]
    [InlineData(torch.ScalarType.Bool)]
    [InlineData(torch.ScalarType.ComplexFloat32)]
    [InlineData(torch.ScalarType.ComplexFloat64)]
    public void Tensor_of_every_type_comes_back_bit_for_bit(torch.ScalarType type)
    {
        using var scratch = new Scratch();
        using var scope = torch.NewDisposeScope();
        using var numbers = torch.arange(24, torch.ScalarType.Float32).view(2, 3, 4);
        using var tensor = numbers.to(type);

        using var back = WriteAndRead(scratch, tensor);

        Assert.Equal(type, back.dtype);
        Assert.Equal([2, 3, 4], back.shape);
        Assert.True(tensor.bytes.SequenceEqual(back.bytes));
    }

    [Fact]
    public void Scalars_empty_and_strided_tensors_come_back_contiguous()
    {
        using var scratch = new Scratch();
        using var scope = torch.NewDisposeScope();
        using var scalar = torch.tensor(7.5f);
        using var empty = torch.empty(0, 3);
        using var numbers = torch.arange(48, torch.ScalarType.Float32).view(1, 4, 4, 3);
        using var channelsLast = numbers.permute(0, 3, 1, 2);
        using var slice = numbers.view(-1).slice(0, 3, 15, 2);
        using var expanded = scalar.expand(2, 2);

        foreach (var tensor in new[] { scalar, empty, channelsLast, slice, expanded })
        {
            using var back = WriteAndRead(scratch, tensor);
            using var plain = tensor.contiguous();
            Assert.Equal(tensor.shape, back.shape);
            Assert.True(back.is_contiguous());
            Assert.True(plain.bytes.SequenceEqual(back.bytes));
        }
    }

    [Fact]
    public void Parameter_with_gradient_is_written_as_its_values()
    {
        using var scratch = new Scratch();
        using var parameter = torch.ones(2, 2, requires_grad: true);

        using var back = WriteAndRead(scratch, parameter);

        Assert.False(back.requires_grad);
        Assert.Equal(Enumerable.Repeat(1f, 4), back.data<float>().ToArray());
    }

    [Fact]
    public void Tensor_that_stands_twice_is_written_once()
    {
        using var scratch = new Scratch();
        using var tied = torch.ones(1000);
        TorchFile.Write(scratch.At("tied.pth"), new PickleDictionary { { "a", tied }, { "b", tied } });

        using var archive = ZipFile.OpenRead(scratch.At("tied.pth"));
        Assert.Single(archive.Entries, entry => entry.FullName.StartsWith("archive/data/", StringComparison.Ordinal));
        var state = (PickleDictionary)TorchFile.Read(scratch.At("tied.pth"))!;
        Assert.Same(state["a"], state["b"]);
    }

    [Fact]
    public void What_was_read_can_be_written_again()
    {
        using var scratch = new Scratch();
        var golden = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "training.pth"))!;
        TorchFile.Write(scratch.At("once.pth"), golden);
        TorchFile.Write(scratch.At("twice.pth"), (PickleDictionary)TorchFile.Read(scratch.At("once.pth"))!);

        Assert.Equal(Show(golden), Show(TorchFile.Read(scratch.At("once.pth"))));
        Assert.Equal(File.ReadAllBytes(scratch.At("once.pth")), File.ReadAllBytes(scratch.At("twice.pth")));
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_and_other_content_another_identity()
    {
        using var scratch = new Scratch();
        foreach (var (name, value) in new[] { ("a.pth", 1f), ("b.pth", 1f), ("c.pth", 2f) })
        {
            using var tensor = torch.full(100, value);
            TorchFile.Write(scratch.At(name), new PickleDictionary { { "w", tensor } });
        }

        Assert.Equal(File.ReadAllBytes(scratch.At("a.pth")), File.ReadAllBytes(scratch.At("b.pth")));
        Assert.NotEqual(Identity("a.pth"), Identity("c.pth"));
        Assert.Matches("^[0-9]{40}$", Identity("a.pth"));

        string Identity(string name)
        {
            using var archive = ZipFile.OpenRead(scratch.At(name));
            using var reader = new StreamReader(archive.GetEntry("archive/.data/serialization_id")!.Open());
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public void Entries_are_stored_uncompressed_with_the_pickle_first()
    {
        using var scratch = new Scratch();
        using var zeros = torch.zeros(10_000);
        TorchFile.Write(scratch.At("zeros.pth"), new PickleDictionary { { "w", zeros } });

        using var archive = ZipFile.OpenRead(scratch.At("zeros.pth"));
        Assert.Equal(
            ["archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version", "archive/.data/serialization_id"],
            archive.Entries.Select(entry => entry.FullName));
        Assert.All(archive.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        Assert.Equal(40_000, archive.Entries[2].Length);
    }

    [Fact]
    public void Value_that_cannot_be_written_is_named_and_leaves_no_file()
    {
        using var scratch = new Scratch();
        var itself = new List<object?>();
        itself.Add(itself);

        var foreign = Assert.Throws<ArgumentException>(() => TorchFile.Write(
            scratch.At("x.pth"), new PickleDictionary { { "options", new PickleDictionary { { "times", new List<object?> { 1L, TimeSpan.Zero } } } } }));
        var endless = Assert.Throws<ArgumentException>(() => TorchFile.Write(scratch.At("x.pth"), new PickleDictionary { { "history", itself } }));

        Assert.StartsWith("'options.times[1]' is a TimeSpan, which a checkpoint cannot hold.", foreign.Message, StringComparison.Ordinal);
        Assert.Contains("nests more than 100 levels deep, or contains itself.", endless.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Key_of_another_kind_is_a_mistake() =>
        Assert.StartsWith(
            "A key is a string, an integer, a number or a boolean, not a TimeSpan.",
            Assert.Throws<ArgumentException>(() => new PickleDictionary { { TimeSpan.Zero, 1L } }).Message, StringComparison.Ordinal);

    private static torch.Tensor WriteAndRead(Scratch scratch, torch.Tensor tensor)
    {
        TorchFile.Write(scratch.At("tensor.pth"), new PickleDictionary { { "x", tensor } });
        return ((PickleDictionary)TorchFile.Read(scratch.At("tensor.pth"))!).Require<StoredTensor>("x", "tensor.pth").ToTensor();
    }

    /// <summary>A value as text, its kinds told apart.</summary>
    private static string Show(object? value)
    {
        switch (value)
        {
            case PickleDictionary dictionary:
                return (dictionary.IsOrderedDict ? "OrderedDict" : "") + "{" + string.Join(", ", dictionary.Select(entry => $"{entry.Key}: {Show(entry.Value)}")) + "}";
            case PickleTuple tuple: return $"({string.Join(", ", tuple.Select(Show))})";
            case List<object?> list: return $"[{string.Join(", ", list.Select(Show))}]";
            case long integer: return $"{integer}L";
            case double number: return $"{number:R}D";
            case StoredTensor stored:
                using (var tensor = stored.ToTensor()) return $"{stored.Type}({string.Join(',', stored.Shape)}){Convert.ToHexString(tensor.bytes)}";
            default: return value?.ToString() ?? "None";
        }
    }
}
