using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Code;

public sealed class NativeCallTests
{
    private static readonly string[] Allowed = ["JustAlexNet.Runtime.", "JustAlexNet.Imaging.Native."];

    [Fact]
    public void Native_calls_stand_in_Runtime_and_Imaging_Native_only() => Faults.None(NativeCallsOutside(Allowed), "Native calls stand in Runtime and Imaging/Native");

    [Fact]
    public void A_native_call_elsewhere_is_reported()
    {
        var found = NativeCallsOutside([]).ToList();
        Assert.Contains(found, call => call.StartsWith("JustAlexNet.Runtime.AllocatorSettings -> mallopt", StringComparison.Ordinal));
        Assert.Contains("JustAlexNet.Runtime.Native.LibTorchSharp -> System.Runtime.InteropServices.NativeLibrary.Load", found);
    }

    private static IEnumerable<string> NativeCallsOutside(string[] allowed) =>
        from project in House.Projects
        from call in NativeCalls(project)
        where !allowed.Any(room => call.StartsWith(room, StringComparison.Ordinal))
        select call;

    private static IEnumerable<string> NativeCalls(string project)
    {
        var module = House.Module(project);
        var imports = module.GetTypes().SelectMany(t => t.Methods).Where(m => m.IsPInvokeImpl)
            .Select(m => $"{m.DeclaringType.FullName} -> {m.PInvokeInfo.EntryPoint} in {m.PInvokeInfo.Module.Name}");
        var loads = House.ReferencesOf(project).Where(r => r.To == "System.Runtime.InteropServices.NativeLibrary" && r.Member is not null).Select(r => r.ToString());
        return imports.Concat(loads);
    }
}
