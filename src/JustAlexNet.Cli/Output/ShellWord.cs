using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>Text as one word of a command line that a person can copy.</summary>
internal static class ShellWord
{
    /// <summary>As it is where a shell takes it so, else in single quotes (double ones on Windows), by <c>printf</c> where a terminal would not show all of it.</summary>
    public static string Of(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || "/\\._-+:=@,~".Contains(c, StringComparison.Ordinal)) && (OperatingSystem.IsWindows() || !text.Contains('\\', StringComparison.Ordinal)) && text[0] != '~')
            return text;
        return OperatingSystem.IsWindows() ? $"\"{text}\"" : Shell.Quoted(text);
    }
}
