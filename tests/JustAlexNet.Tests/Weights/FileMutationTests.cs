using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Tests;

/// <summary>Some thousand broken files of every format: each is read or refused, in time and memory that the file's length bounds.</summary>
public sealed class FileMutationTests
{
    private const int Mutations = 1500;

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    [InlineData("legacy-shared.pth")]
    [InlineData("old-densenet-names.pth")]
    [InlineData("hostile-eval.pth")]
    [InlineData("model.safetensors")]
    public void Mutated_file_is_read_or_refused_and_never_takes_much_memory(string name)
    {
        using var scratch = new Scratch();
        var original = File.ReadAllBytes(Repository.Golden("checkpoints", name));
        var path = scratch.At("mutated");
        var random = new Random(11);
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = Mutated(original, random);
            File.WriteAllBytes(path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                WeightsSummary.Of(WeightsFile.Open(path));
                read++;
            }
            catch (WeightsException e)
            {
                Assert.StartsWith($"cannot read {path}: ", e.Message, StringComparison.Ordinal);
                Assert.InRange(e.Message.Count(c => c == '\n'), 1, 2);
                refused++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 64 * bytes.Length + 600_000, $"mutation {i} of {name}: {allocated:N0} bytes for {bytes.Length:N0}");
        }

        Assert.True(refused > Mutations / 3, $"{refused} refused");
        Assert.True(read > 0 || name.StartsWith("hostile", StringComparison.Ordinal), "none was read: the mutations are too coarse");
    }

    /// <summary>One to three changes: a bit turned, a byte set, a piece cut out, doubled or filled, the end cut off.</summary>
    private static byte[] Mutated(byte[] original, Random random)
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
