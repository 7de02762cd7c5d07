namespace JustAlexNet.Runtime.Tests;

public sealed class ProcessorIdentityTests
{
    [Fact]
    public void This_processor_has_the_same_identity_on_each_of_its_cores()
    {
        Assert.NotEmpty(ProcessorIdentity.Text);
        var here = new HashSet<string>();
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            if (System.Runtime.Intrinsics.X86.X86Base.IsSupported)
                lock (here) here.Add(string.Join(' ', ProcessorIdentity.Answers((leaf, part) => System.Runtime.Intrinsics.X86.X86Base.CpuId(leaf, part))));
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (here.Count > 0) Assert.Equal(ProcessorIdentity.Text, Assert.Single(here));
    }

    [Fact]
    public void Hidden_caches_extensions_and_models_make_another_processor_the_number_of_a_core_does_not()
    {
        var usual = Identity();
        Assert.Equal(usual, Identity(core: 3));
        Assert.NotEqual(usual, Identity(caches: 0));
        Assert.NotEqual(usual, Identity(extensions: 5));
        Assert.NotEqual(usual, Identity(model: 7));
    }

    private static string Identity(int core = 0, int caches = 3, int extensions = 1, int model = 1) => string.Join(' ', ProcessorIdentity.Answers((leaf, part) => leaf switch
    {
        0 => (13, 0x68747541, 0x444D4163, 0x69746E65),
        1 => (model, core << 24, 9, 9),
        7 => (1, extensions, 0, 0),
        unchecked((int)0x80000000) => (unchecked((int)0x80000021), 0, 0, 0),
        unchecked((int)0x8000001D) => part < caches ? (0x21, 63, 63, 0) : (0, 0, 0, 0),
        _ => (0, 0, 0, 0),
    }));
}
