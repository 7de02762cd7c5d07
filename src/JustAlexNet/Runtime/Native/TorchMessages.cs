namespace JustAlexNet.Runtime.Native;

/// <summary>What libtorch writes to standard error by itself.</summary>
/// <remarks>
/// <c>TORCH_CPP_LOG_LEVEL</c> does nothing in a program that is not Python, since libtorch reads it only when asked to: the level is a variable of libc10 (c10/util/Logging.cpp;
/// 1 warnings, 2 errors).
/// </remarks>
internal sealed unsafe class TorchMessages
{
    /// <summary>The functions and the variable that are needed, in the order of the constructor's addresses. C++ names of libtorch 2.10.0.</summary>
    public static readonly string[] Names = ["_ZN2at13globalContextEv", "_ZN2at7Context20setUserEnabledNNPACKEb", "_ZN2at6native17_nnpack_availableEv", "FLAGS_caffe2_log_level"];

    /// <summary>The variable by which a user asks for libtorch's warnings after all.</summary>
    public const string Level = "TORCH_CPP_LOG_LEVEL";

    private const int Errors = 2;

    private readonly delegate* unmanaged<nint> context;
    private readonly delegate* unmanaged<nint, byte, void> enableNnpack;
    private readonly delegate* unmanaged<byte> hasNnpack;
    private readonly int* level;

    /// <param name="addresses">Of <see cref="Names"/>.</param>
    public TorchMessages(nint[] addresses)
    {
        context = (delegate* unmanaged<nint>)addresses[0];
        enableNnpack = (delegate* unmanaged<nint, byte, void>)addresses[1];
        hasNnpack = (delegate* unmanaged<byte>)addresses[2];
        level = (int*)addresses[3];
    }

    /// <summary>Where NNPACK does not work on this processor, keeps libtorch from asking it again and again, each time with a line. Where it works, changes nothing.</summary>
    public void SilenceNnpack()
    {
        var before = *level;
        *level = Math.Max(before, Errors);      // being asked, it says why not
        var works = hasNnpack() != 0;
        *level = before;
        if (!works) enableNnpack(context(), 0);
    }

    /// <summary>Only errors from here on, no warnings; unless <see cref="Level"/> is set.</summary>
    public void OnlyErrors()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Level))) *level = Math.Max(*level, Errors);
    }
}
