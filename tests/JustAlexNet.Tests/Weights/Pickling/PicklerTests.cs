using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Pickling.Tests;

public sealed class PicklerTests
{
    /// <summary>What the weights-only reader of torch 2.14 accepts, by Python's names (shared/design/facts.md).</summary>
    private static readonly Dictionary<byte, string> AcceptedByTorch2 = new()
    {
        [(byte)'c'] = "GLOBAL", [(byte)'R'] = "REDUCE", [(byte)'b'] = "BUILD", [(byte)'a'] = "APPEND", [(byte)'e'] = "APPENDS", [(byte)'s'] = "SETITEM", [(byte)'u'] = "SETITEMS",
        [(byte)'('] = "MARK", [(byte)'t'] = "TUPLE", [0x85] = "TUPLE1", [0x86] = "TUPLE2", [0x87] = "TUPLE3", [(byte)'N'] = "NONE", [0x89] = "NEWFALSE", [0x88] = "NEWTRUE",
        [(byte)')'] = "EMPTY_TUPLE", [(byte)']'] = "EMPTY_LIST", [(byte)'}'] = "EMPTY_DICT", [(byte)'J'] = "BININT", [(byte)'K'] = "BININT1", [(byte)'M'] = "BININT2",
        [(byte)'G'] = "BINFLOAT", [(byte)'X'] = "BINUNICODE", [(byte)'U'] = "SHORT_BINSTRING", [(byte)'Q'] = "BINPERSID", [(byte)'h'] = "BINGET", [(byte)'j'] = "LONG_BINGET",
        [(byte)'q'] = "BINPUT", [(byte)'r'] = "LONG_BINPUT", [0x8A] = "LONG1", [0x80] = "PROTO", [(byte)'.'] = "STOP",
    };

    [Fact]
    public void Every_opcode_that_is_written_or_read_is_one_that_torch_2_accepts() =>
        Assert.Subset(AcceptedByTorch2.Keys.ToHashSet(), Enum.GetValues<Opcode>().Select(opcode => (byte)opcode).ToHashSet());

    [Fact]
    public void Training_checkpoint_is_written_with_accepted_opcodes_and_names_alone()
    {
        var checkpoint = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "training.pth"))!;
        checkpoint["integers"] = new List<object?> { 1L << 40, -1L, 300L };
        checkpoint["many"] = new List<object?>(Enumerable.Range(0, 300).Select(i => $"{i}")) { "299" };

        var (opcodes, names) = Walk(Pickler.Of(checkpoint).Pickle);

        Assert.Subset(AcceptedByTorch2.Values.ToHashSet(), opcodes);
        Assert.Superset(new HashSet<string> { "LONG1", "BININT", "BININT2", "BINFLOAT", "LONG_BINPUT", "LONG_BINGET", "BINPERSID", "REDUCE" }, opcodes);
        Assert.Equal(["collections.OrderedDict", "torch.FloatStorage", "torch.LongStorage", "torch._utils._rebuild_tensor_v2"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Text_that_repeats_is_written_once()
    {
        var once = Pickler.Of(new List<object?> { "momentum_buffer" }).Pickle.Length;
        var often = Pickler.Of(new List<object?>(Enumerable.Repeat("momentum_buffer", 11))).Pickle.Length;

        Assert.Equal(once + 20, often);
    }

    private static (HashSet<string> Opcodes, HashSet<string> Names) Walk(byte[] pickle)
    {
        var cursor = new PickleCursor(pickle, new FileFaults("walked"));
        var (opcodes, names) = (new HashSet<string>(), new HashSet<string>());
        while (cursor.Position < pickle.Length)
        {
            var opcode = cursor.Opcode();
            opcodes.Add(AcceptedByTorch2.GetValueOrDefault(opcode, $"0x{opcode:X2}"));
            switch ((Opcode)opcode)
            {
                case Opcode.Proto or Opcode.BinInt1 or Opcode.BinPut or Opcode.BinGet: cursor.Byte(); break;
                case Opcode.BinInt2: cursor.UInt16(); break;
                case Opcode.BinInt or Opcode.LongBinPut or Opcode.LongBinGet: cursor.Int32(); break;
                case Opcode.BinFloat: cursor.Double(); break;
                case Opcode.Long1: cursor.Long(); break;
                case Opcode.BinUnicode: cursor.Text(cursor.UInt32()); break;
                case Opcode.Global: names.Add($"{FileFaults.Printable(cursor.Line())}.{FileFaults.Printable(cursor.Line())}"); break;
            }
        }

        return (opcodes, names);
    }
}
