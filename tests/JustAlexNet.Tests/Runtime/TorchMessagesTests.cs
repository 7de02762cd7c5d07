using System.Runtime.InteropServices;
using JustAlexNet.Runtime.Native;
using JustAlexNet.Tests.Support;
using TorchSharp;

namespace JustAlexNet.Runtime.Tests;

[Collection(NativeTensors.Name)]
public sealed unsafe class TorchMessagesTests : IDisposable
{
    private const int Warnings = 1, Errors = 2;

    private static readonly nint Library = Loaded();
    private static readonly int* Level = (int*)NativeLibrary.GetExport(Library, "FLAGS_caffe2_log_level");
    private static readonly delegate* unmanaged<nint> Context = (delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "_ZN2at13globalContextEv");
    private static readonly delegate* unmanaged<nint, byte, void> Enable = (delegate* unmanaged<nint, byte, void>)NativeLibrary.GetExport(Library, "_ZN2at7Context20setUserEnabledNNPACKEb");
    private static readonly delegate* unmanaged<nint, byte> IsEnabled = (delegate* unmanaged<nint, byte>)NativeLibrary.GetExport(Library, "_ZNK2at7Context17userEnabledNNPACKEv");

    private static int levelWhenAsked;

    private readonly int levelBefore = *Level;
    private readonly byte enabledBefore = IsEnabled(Context());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NNPACK_is_asked_in_silence_and_switched_off_only_where_it_does_not_work(bool works)
    {
        *Level = Warnings;
        Enable(Context(), 1);
        With(works ? (nint)(delegate* unmanaged<byte>)&Works : (nint)(delegate* unmanaged<byte>)&Fails).SilenceNnpack();

        Assert.Equal(works, IsEnabled(Context()) != 0);
        Assert.Equal((Errors, Warnings), (levelWhenAsked, *Level));
    }

    [Fact]
    public void Warnings_are_left_out_and_a_stricter_level_stays()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(TorchMessages.Level) is { Length: > 0 }, $"{TorchMessages.Level} is set, and wins.");
        *Level = Warnings;
        With((nint)(delegate* unmanaged<byte>)&Works).OnlyErrors();
        Assert.Equal(Errors, *Level);
        *Level = 3;
        With((nint)(delegate* unmanaged<byte>)&Works).OnlyErrors();
        Assert.Equal(3, *Level);
    }

    [Fact]
    public void The_pinned_libtorch_is_silent_in_a_tuned_process()
    {
        Assert.NotNull(LibTorch.Loaded.Messages);
        Assert.Equal(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TorchMessages.Level)) ? Errors : Warnings, levelBefore);
    }

    public void Dispose()
    {
        *Level = levelBefore;
        Enable(Context(), enabledBefore);
    }

    private static TorchMessages With(nint hasNnpack) => new([(nint)Context, (nint)Enable, hasNnpack, (nint)Level]);

    private static nint Loaded()
    {
        TorchRuntime.Prepare();
        return NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);
    }

    [UnmanagedCallersOnly]
    private static byte Works()
    {
        levelWhenAsked = *Level;
        return 1;
    }

    [UnmanagedCallersOnly]
    private static byte Fails()
    {
        levelWhenAsked = *Level;
        return 0;
    }
}
