using System.Text.RegularExpressions;
using JustAlexNet.Campaigns.Frame;

namespace JustAlexNet.Campaigns.Files;

/// <summary>Whether a file from a stranger was read or refused as it is promised: by an exception of ours, in a few lines, with the file's path.</summary>
internal static partial class Verdict
{
    private const int MostLines = 12, LongestMessage = 20_000, LongestKind = 70;      // all mismatched weights are listed, a line a kind of difference

    /// <summary>Reads a file.</summary>
    /// <param name="kind">What is read, to begin the counted kind with.</param>
    /// <param name="path">What a refusal must name.</param>
    /// <param name="read">Reads it; what it throws that is no exception of ours is a fault.</param>
    public static CaseOutcome Of(string kind, string path, Action read)
    {
        try
        {
            read();
            return new($"{kind}: read");
        }
        catch (JustAlexNetException refusal)
        {
            return Refused(kind, path, refusal.Message);
        }
    }

    /// <summary>How a refusal counts.</summary>
    public static CaseOutcome Refused(string kind, string path, string message) => new($"{kind}: refused, {Short(message, path)}", Fault(message, path));

    /// <summary>What is wrong with a refusal's words; null if nothing is.</summary>
    public static string? Fault(string message, string path)
    {
        if (!message.Contains(path, StringComparison.Ordinal)) return $"the refusal does not name the file: {message}";
        if (message.Count(letter => letter == '\n') >= MostLines) return $"the refusal has too many lines: {message}";
        if (message.Length > LongestMessage) return $"the refusal has {message.Length} characters: {message[..LongestKind]}...";
        return message.Contains("   at ", StringComparison.Ordinal) ? $"the refusal shows a stack trace: {message}" : null;
    }

    /// <summary>A refusal without what differs from file to file: path, numbers, quoted names.</summary>
    public static string Short(string message, string path)
    {
        var reason = message.Split('\n')[0].Replace(path, "", StringComparison.Ordinal).Replace("cannot read : ", "", StringComparison.Ordinal).Trim(' ', ':', ',');
        reason = Numbers().Replace(Quoted().Replace(reason, "'...'"), "N");
        return reason.Length > LongestKind ? reason[..LongestKind] + "..." : reason;
    }

    [GeneratedRegex("(?<=it asks for )(?!the pickle opcode).+?(?=, nothing|$)|(?<=its first bytes \\()[^)]*|(?<=text file \\().*(?=\\), not)|'[^']*'|\"[^\"]*\"|(?<=the bytes? )(0x)?[0-9A-F]+", RegexOptions.Singleline)]
    private static partial Regex Quoted();

    [GeneratedRegex("[0-9]([0-9,.]*[0-9])?")]
    private static partial Regex Numbers();
}
