using System.IO.Compression;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Pickling.Tests;

public sealed class PickleMutationTests
{
    private const int Mutations = 4000;

    [Theory]
    [InlineData("training.pth")]
    [InlineData("strides.pth")]
    [InlineData("parameter.pth")]
    [InlineData("hostile-system.pth")]
    [InlineData("whole-module.pth")]
    public void Mutated_pickle_is_read_or_refused_and_never_takes_much_memory(string name)
    {
        var (original, lengths) = Open(name);
        var random = new Random(3);
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var pickle = Mutation.Of(original, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Unpickler.Read(pickle, new FileFaults(name), Storage, out _);
                read++;
            }
            catch (WeightsException)
            {
                refused++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 64 * pickle.Length + 200_000, $"mutation {i} of {name}: {allocated:N0} bytes for {pickle.Length:N0}");
        }

        Assert.True(refused > Mutations / 2, $"{refused} refused");
        Assert.True(read > 0 || name.StartsWith("hostile", StringComparison.Ordinal) || name.StartsWith("whole", StringComparison.Ordinal), "none was read: the mutations are too coarse");

        TensorStorage Storage(string key, TorchSharp.torch.ScalarType type, long elements) =>
            lengths.TryGetValue(key, out var bytes) && elements == bytes / ElementType.Size(type)
                ? new TensorStorage(new FileFaults(name), false, () => Stream.Null, new Lock())
                : throw new FileFaults(name).Damaged("no such storage.");
    }

    [Fact]
    public void Mutated_file_is_read_or_refused_and_never_takes_much_memory()
    {
        using var scratch = new Scratch();
        var original = File.ReadAllBytes(Repository.Golden("checkpoints", "strides.pth"));
        var path = scratch.At("mutated.pth");
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Mutation.Of(original, random);
            File.WriteAllBytes(path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (!TorchFile.IsWhole(path, out var why)) refused++;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(why is null || why.StartsWith($"cannot read {path}: ", StringComparison.Ordinal), why);
            Assert.True(allocated < 64 * bytes.Length + 400_000, $"mutation {i}: {allocated:N0} bytes for {bytes.Length:N0}");
        }

        Assert.InRange(refused, 1000, 1999);     // the rest changed padding, times and the like
    }

    private static (byte[] Pickle, Dictionary<string, long> Lengths) Open(string name)
    {
        using var archive = ZipFile.OpenRead(Repository.Golden("checkpoints", name));
        using var pickle = archive.Entries.Single(entry => entry.Name == "data.pkl").Open();
        using var copy = new MemoryStream();
        pickle.CopyTo(copy);
        return (copy.ToArray(), archive.Entries.Where(entry => entry.FullName.Contains("/data/", StringComparison.Ordinal)).ToDictionary(entry => entry.Name, entry => entry.Length));
    }
}
