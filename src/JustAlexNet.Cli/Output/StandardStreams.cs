using System.Globalization;

namespace JustAlexNet.Cli.Output;

/// <summary>Whether the caller gave the process its standard output and error, or closed them (<c>&gt;&amp;-</c>).</summary>
/// <remarks>
/// A closed number is taken by the next file that anybody opens, here the runtime itself: writing to it could spoil that file. What a caller gave survived
/// <c>exec</c>, so it lacks the flag close-on-exec, which the runtime sets on whatever it keeps open (Linux; elsewhere the write fails, and says so).
/// </remarks>
internal static class StandardStreams
{
    private const int CloseOnExec = 0x80000;        // O_CLOEXEC of Linux

    /// <summary>Standard output, as the processes of a shell number it.</summary>
    public const int Output = 1;

    /// <summary>Standard error.</summary>
    public const int Error = 2;

    /// <summary>Whether there is a stream of this number.</summary>
    public static bool IsGiven(int number) => !OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fdinfo") || IsGiven(Description(number));

    /// <summary>The same by what <c>/proc/self/fdinfo</c> says of it; null where it says nothing.</summary>
    public static bool IsGiven(string? description)
    {
        var flags = description?.Split('\n').FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal))?["flags:".Length..].Trim();
        return flags is not null && (Octal(flags) & CloseOnExec) == 0;
    }

    private static int Octal(string digits) => digits.Aggregate(0, (value, digit) => (value << 3) + int.Parse([digit], CultureInfo.InvariantCulture));

    private static string? Description(int number)
    {
        try
        {
            return File.ReadAllText($"/proc/self/fdinfo/{number}");
        }
        catch (IOException)
        {
            return null;        // closed, and nothing took its place
        }
    }
}
