using System.Buffers.Binary;
using System.Text;

namespace JustAlexNet.Campaigns.Weights;

/// <summary>Pieces of pickles that a file of weights should not hold: calls of programs, lengths that nothing has, memo and containers by the million.</summary>
internal static class Pickles
{
    /// <summary>What a payload that was run would leave beside the file.</summary>
    public const string Canary = "was-run";

    /// <summary>A pickle that runs a command where somebody unpickles it in good faith, by one of the ways to write it.</summary>
    /// <param name="random">Chooses.</param>
    /// <param name="folder">Where <see cref="Canary"/> would appear.</param>
    public static byte[] Program(Random random, string folder)
    {
        var command = $"touch {Path.Combine(folder, Canary)}";
        var (module, name) = new[] { ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("torch.serialization", "load"), ("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2") }[random.Next(7)];
        return random.Next(5) switch
        {
            0 => [0x80, 2, .. Global(module, name), .. Text(command), 0x85, (byte)'R', (byte)'.'],                     // GLOBAL, TUPLE1, REDUCE
            1 => [0x80, 4, .. Short(module), .. Short(name), 0x93, .. Text(command), 0x85, (byte)'R', (byte)'.'],      // STACK_GLOBAL
            2 => [0x80, 2, (byte)'(', .. Text(command), (byte)'i', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n"), (byte)'.'],       // INST
            3 => [0x80, 2, (byte)'(', .. Global(module, name), .. Text(command), (byte)'o', (byte)'.'],                // OBJ
            _ => [0x80, 2, .. Global(module, name), (byte)')', 0x81, (byte)'}', (byte)'b', (byte)'.'],                  // NEWOBJ, BUILD
        };
    }

    /// <summary>A pickle with one piece put in anywhere.</summary>
    public static byte[] With(byte[] pickle, Random random)
    {
        var piece = random.Next(9) switch
        {
            0 => [0x8B, .. Four((uint)random.Next())],                                      // LONG4
            1 => [(byte)'X', .. Four(uint.MaxValue - (uint)random.Next(4))],               // BINUNICODE
            2 => [0x8D, .. Four(random.Next(2) == 0 ? 0 : uint.MaxValue), 1, 0, 0, 0],     // BINUNICODE8
            3 => Repeated([0x85], random.Next(1, 400)),                                    // TUPLE1 in TUPLE1
            4 => Repeated([(byte)']', (byte)'(', (byte)'h', 0], random.Next(1, 400)),      // lists of the same memo
            5 => [.. Repeated([(byte)']', (byte)'q', 7, (byte)'h', 7, (byte)'a'], random.Next(1, 200))],       // a list within itself
            6 => Repeated([(byte)'('], random.Next(1, 2000)),                              // marks
            7 => [(byte)'r', .. Four(uint.MaxValue)],                                      // LONG_BINPUT
            _ => [(byte)'G', 0x7F, 0xF0, 0, 0, 0, 0, 0, 0],                                // infinity
        };
        var at = random.Next(pickle.Length);
        return [.. pickle.AsSpan(0, at), .. piece, .. pickle.AsSpan(at)];
    }

    private static byte[] Global(string module, string name) => [(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")];

    private static byte[] Text(string text) => [(byte)'X', .. Four((uint)text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Short(string text) => [0x8C, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Repeated(byte[] piece, int count) => [.. Enumerable.Repeat(piece, count).SelectMany(one => one)];

    private static byte[] Four(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
