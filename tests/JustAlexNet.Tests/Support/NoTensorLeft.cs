using System.Reflection;
using TorchSharp;
using Xunit.v3;

namespace JustAlexNet.Tests.Support;

/// <summary>Fails a test that leaves native tensors alive. The count is per process, so the test class must stand in <see cref="NativeTensors"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NoTensorLeftAttribute : BeforeAfterTestAttribute
{
    private long before;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        Runtime.TorchRuntime.Prepare();
        before = torch.Tensor.TotalCount;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        var left = torch.Tensor.TotalCount - before;
        if (left > 0) Assert.Fail($"{methodUnderTest.Name} left {left} native tensor(s) alive.");
    }
}

/// <summary>Tests that use libtorch: one at a time, since its tensor count, its random stream and its threads are per process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NativeTensors
{
    public const string Name = "Native tensors";
}
