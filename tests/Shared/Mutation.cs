namespace JustAlexNet.TestSupport;

/// <summary>Damages a file.</summary>
internal static class Mutation
{
    /// <summary>One to three changes: a bit turned, a byte set, a piece cut out, doubled or filled, the end cut off.</summary>
    /// <param name="original">Stays as it is.</param>
    /// <param name="random">Decides.</param>
    /// <param name="head">Where half of the changes are, counted in bytes from the beginning; 0: all of them are anywhere.</param>
    public static byte[] Of(byte[] original, Random random, int head = 0)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = head > 0 && random.Next(2) == 0 ? random.Next(Math.Min(head, bytes.Count)) : random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: for (var i = 0; i < length; i++) bytes[at + i] = 0xFF; break;
                case 5: bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : 1); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The beginning of one file before the end of another, each cut anywhere.</summary>
    public static byte[] Spliced(byte[] first, byte[] second, Random random) => [.. first.AsSpan(0, random.Next(first.Length + 1)), .. second.AsSpan(random.Next(second.Length + 1))];
}
