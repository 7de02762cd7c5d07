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
            var bytes = Mutation.Of(original, random);
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
}
