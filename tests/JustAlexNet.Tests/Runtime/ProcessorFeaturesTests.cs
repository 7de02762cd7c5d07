namespace JustAlexNet.Runtime.Tests;

/// <summary>Processors that are not here, by what they answer to CPUID.</summary>
public sealed class ProcessorFeaturesTests
{
    private const int Data = 1 | 1 << 5, Instructions = 2 | 1 << 5, Second = 3 | 2 << 5, Third = 3 | 3 << 5, Amd = unchecked((int)0x8000001D), Intel = 4;

    [Theory]
    [InlineData("AuthenticAMD", Amd)]
    [InlineData("HygonGenuine", Amd)]
    [InlineData("GenuineIntel", Intel)]
    [InlineData("CentaurHauls", Intel)]
    public void Caches_that_the_makers_leaf_names_are_seen(string vendor, int leaf)
    {
        Assert.False(ProcessorFeatures.CachesAreHidden(Processor(vendor, (leaf, [Data, Instructions, Second, Third]))));
        Assert.False(ProcessorFeatures.CachesAreHidden(Processor(vendor, (leaf, [Instructions, Data]))));
    }

    [Theory]
    [InlineData("AuthenticAMD", Amd)]
    [InlineData("HygonGenuine", Amd)]
    [InlineData("GenuineIntel", Intel)]
    public void An_empty_leaf_hides_them_and_so_does_one_without_data_at_the_first_level(string vendor, int leaf)
    {
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor(vendor)));
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor(vendor, (leaf, [Instructions]))));
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor(vendor, (leaf, [Instructions, Second, Third]))));
    }

    [Fact]
    public void The_other_makers_leaf_does_not_count()
    {
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor("AuthenticAMD", (Intel, [Data, Second]))));
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor("GenuineIntel", (Amd, [Data, Second]))));
    }

    [Theory]
    [InlineData("AuthenticAMD", Amd, 0x1F, 0x80000008)]
    [InlineData("GenuineIntel", Intel, 0x2, 0x80000008)]
    public void A_leaf_beyond_the_highest_is_not_asked(string vendor, int leaf, int highest, uint highestExtended) =>
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor(vendor, highest, unchecked((int)highestExtended), (leaf, [Data]))));

    [Fact]
    public void A_leaf_without_an_end_comes_to_one() =>
        Assert.True(ProcessorFeatures.CachesAreHidden(Processor("AuthenticAMD", (Amd, [.. Enumerable.Repeat(Instructions, 10_000)]))));

    [Fact]
    public void This_processor_answers_the_same_twice()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.X86Base.IsSupported, "Not an x86.");
        Assert.SkipWhen(Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS")?.Contains("HiddenCaches", StringComparison.Ordinal) == true, "tools/HiddenCaches pretends another processor.");
        Assert.Equal(ProcessorFeatures.HidesCaches, ProcessorFeatures.CachesAreHidden((leaf, part) => System.Runtime.Intrinsics.X86.X86Base.CpuId(leaf, part)));
    }

    private static Func<int, int, (int, int, int, int)> Processor(string vendor, params (int Leaf, int[] Types)[] caches) => Processor(vendor, 0x1F, unchecked((int)0x80000021), caches);

    private static Func<int, int, (int, int, int, int)> Processor(string vendor, int highest, int highestExtended, params (int Leaf, int[] Types)[] caches) => (leaf, part) => leaf switch
    {
        0 => (highest, BitConverter.ToInt32(System.Text.Encoding.ASCII.GetBytes(vendor)), 0, 0),
        unchecked((int)0x80000000) => (highestExtended, 0, 0, 0),
        _ => ((caches.FirstOrDefault(c => c.Leaf == leaf).Types ?? []).ElementAtOrDefault(part) | 0x100, 0x01C0003F, 0x3F, 0),
    };
}
