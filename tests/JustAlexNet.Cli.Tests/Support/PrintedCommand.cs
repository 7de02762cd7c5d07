using System.Text.RegularExpressions;

namespace JustAlexNet.Cli.Tests;

/// <summary>Commands that the command prints for copying.</summary>
internal static partial class PrintedCommand
{
    /// <summary>The command behind some words, to the end of its line.</summary>
    public static string In(string text, string words)
    {
        var line = text.Split('\n').FirstOrDefault(line => line.Contains(words + "justalexnet ", StringComparison.Ordinal));
        Assert.True(line is not null, $"no command behind '{words}' in:\n{text}");
        return line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].TrimEnd();
    }

    /// <summary>Its words as a shell takes them, without the command's name.</summary>
    public static string[] Words(string line) => [.. Word().Matches(line).Select(word => word.Value.Trim('\'')).Skip(1)];

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Word();
}
