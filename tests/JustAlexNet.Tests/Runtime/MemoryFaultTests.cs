using JustAlexNet.Models;

namespace JustAlexNet.Runtime.Tests;

public sealed class MemoryFaultTests
{
    [Fact]
    public void Pictures_that_no_machine_holds_are_a_memory_fault_and_no_crash()
    {
        var fault = Assert.ThrowsAny<Exception>(() => ModelSelfTest.Run(ModelCatalogue.Find("resnet18")!, 10, int.MaxValue, 224, ComputeDevice.Cpu));
        Assert.Equal(new MemoryFault(int.MaxValue * 3L * 224 * 224 * 4, OnDevice: false), MemoryFault.In(fault));
        Assert.Equal("not enough memory: 1,293,025,673,662,464 bytes in one piece could not be had", MemoryFault.In(fault)!.ToString());
    }

    [Fact]
    public void Other_faults_are_none_and_those_within_others_are_found()
    {
        Assert.Null(MemoryFault.In(new InvalidOperationException("something else")));
        Assert.Equal(new MemoryFault(null, false), MemoryFault.In(new AggregateException(new InsufficientMemoryException())));
        Assert.Equal("not enough memory on the GPU", MemoryFault.In(new InvalidOperationException("CUDA out of memory. Tried to allocate 2.00 GiB"))!.ToString());
    }
}
