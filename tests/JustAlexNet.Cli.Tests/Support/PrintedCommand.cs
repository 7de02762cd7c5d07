using System.Text.RegularExpressions;
using JustAlexNet.Cli.CommandLine;

namespace JustAlexNet.Cli.Tests;

/// <summary>Commands that the command prints for copying.</summary>
internal static partial class PrintedCommand
{
    /// <summary>The command behind some words, to the end of its line.</summary>
    public static string In(string text, string words)
    {
        var line = text.Split('\n').FirstOrDefault(line => Starts.Any(start => line.Contains($"{words}{start} ", StringComparison.Ordinal)));
        Assert.True(line is not null, $"no command behind '{words}' in:\n{text}");
        return line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].TrimEnd();
    }

    /// <summary>Its words as a shell takes them, without those that start the command.</summary>
    public static string[] Words(string line) => [.. Word().Matches(line[Starts.Single(start => line.StartsWith($"{start} ", StringComparison.Ordinal)).Length..]).Select(word => word.Value.Trim('\''))];

    // Of this process, and of one of its own.
    private static string[] Starts => [Invocation.Start, Child.Start];

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Word();
}
