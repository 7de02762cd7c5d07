using System.Globalization;
using System.Text.RegularExpressions;

namespace JustAlexNet.Runtime;

/// <summary>There was not enough memory for what was asked: told apart from other exceptions, since libtorch reports it by its text alone.</summary>
/// <param name="Bytes">The block that could not be had; null where nobody says.</param>
/// <param name="OnDevice">Whether a GPU's memory is meant.</param>
public sealed partial record MemoryFault(long? Bytes, bool OnDevice)
{
    /// <summary>The fault behind an exception: .NET's, the one of libtorch's processor allocator or of its CUDA allocator; null if it is another matter.</summary>
    public static MemoryFault? In(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutOfMemoryException) return new(null, false);
            if (OnProcessor().Match(cause.Message) is { Success: true } found) return new(long.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture), false);
            if (cause.Message.Contains("CUDA out of memory", StringComparison.Ordinal)) return new(null, true);
            if (cause.Message.Contains("std::bad_alloc", StringComparison.Ordinal)) return new(null, false);
        }
        return null;
    }

    /// <summary><c>not enough memory: 1,605,632,000 bytes in one piece could not be had</c></summary>
    public override string ToString() => $"not enough memory{(OnDevice ? " on the GPU" : "")}"
        + (Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $": {bytes:N0} bytes in one piece could not be had") : "");

    // "DefaultCPUAllocator: can't allocate memory: you tried to allocate 1605632000 bytes."
    [GeneratedRegex(@"DefaultCPUAllocator: .* you tried to allocate (\d+) bytes")]
    private static partial Regex OnProcessor();
}
