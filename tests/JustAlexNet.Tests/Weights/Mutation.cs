namespace JustAlexNet.Weights.Tests;

/// <summary>Damages a file.</summary>
internal static class Mutation
{
    /// <summary>One to three changes: a bit turned, a byte set, a piece cut out, doubled or filled, the end cut off.</summary>
    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = random.Next(bytes.Count);
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
}
