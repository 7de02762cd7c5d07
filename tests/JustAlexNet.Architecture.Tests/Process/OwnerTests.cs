using System.Runtime.InteropServices;
using JustAlexNet.Models;
using JustAlexNet.Runtime;

namespace JustAlexNet.Architecture.Tests.Process;

/// <summary>The library in a process whose owner has not called <see cref="TorchRuntime.TuneProcess"/>: that of these tests.</summary>
public sealed partial class OwnerTests
{
    [Fact]
    public void A_process_whose_owner_did_not_ask_stays_as_it_is_and_the_library_works()
    {
        var before = Variable("OMP_WAIT_POLICY");
        var test = ModelSelfTest.Run(ModelCatalogue.Find("resnet18")!, classes: 2, batchSize: 2, side: 32, ComputeDevice.Select("cpu"));
        Assert.True(test.TrainingMilliseconds > 0);
        Assert.Equal(before, Variable("OMP_WAIT_POLICY"));
        Assert.Equal((false, "the system's own (the program has not called TorchRuntime.TuneProcess)"), (TorchRuntime.Prepare().Tuned, TorchRuntime.Prepare().Reason));
        Assert.Empty(TorchRuntime.MissingFunctions);
    }

    [Fact]
    public void Asking_when_libtorch_is_in_use_is_an_error()
    {
        TorchRuntime.Prepare();
        Assert.Equal("TorchRuntime.TuneProcess comes too late: libtorch is in use. Make it the first statement of Main.", Assert.Throws<InvalidOperationException>(TorchRuntime.TuneProcess).Message);
        Assert.False(TorchRuntime.Prepare().Tuned);
    }

    [Fact]
    public void Doctor_tells_the_owner()
    {
        var report = JustAlexNet.Diagnosis.Doctor.Examine();
        Assert.Contains("the program has not called TorchRuntime.TuneProcess", report.Findings.Single(finding => finding.Name == "openmp").Text, StringComparison.Ordinal);
        Assert.Contains(report.Advice, sentence => sentence.StartsWith("This program leaves its process as it is: make TorchRuntime.TuneProcess()", StringComparison.Ordinal));
    }

    // As native libraries see it; .NET keeps a copy of its own.
    private static string? Variable(string name) => OperatingSystem.IsWindows() ? null : Marshal.PtrToStringUTF8(NativeVariable(name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NativeVariable(string name);
}
