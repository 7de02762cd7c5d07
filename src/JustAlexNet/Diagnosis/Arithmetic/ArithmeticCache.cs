using System.IO.Hashing;
using System.Text;
using JustAlexNet.Files;

namespace JustAlexNet.Diagnosis;

/// <summary>What a check is about, in words that differ wherever its outcome might.</summary>
internal sealed record ArithmeticSubject(ArithmeticMachine Machine, string Network, int Classes, int Side, IReadOnlyList<ArithmeticUse> Uses)
{
    /// <summary>All of it, a line each.</summary>
    public override string ToString() =>
        $"processor {Machine.Processor}\nthreads {Machine.Threads}\n{Machine.Versions}\nsettings {Machine.Settings}\nnetwork {Network}, {Classes} classes\nside {Side}\n" +
        string.Concat(Uses.Select(use => $"{(use.Learns ? "learning" : "using")} {use.Precision} batch {use.BatchSize}\n"));
}

/// <summary>Remembers checks that found all to be right, a small file each. What was wrong is looked at anew: the next start may find it mended.</summary>
/// <param name="folder">Made when something is remembered; null remembers nothing.</param>
internal sealed class ArithmeticCache(string? folder)
{
    /// <summary><c>arithmetic</c> in our cache folder (<see cref="UserFolders.Own"/>); null where there is none.</summary>
    public static string? StandardFolder => UserFolders.Below("arithmetic");

    /// <summary>Whether this very subject was found to be right before.</summary>
    public bool Knows(ArithmeticSubject subject)
    {
        if (FileOf(subject) is not { } file || !File.Exists(file)) return false;
        try
        {
            return File.ReadAllText(file) == $"{subject}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;       // then it is checked again, which costs seconds
        }
    }

    /// <summary>Remembers that it is right. Where the folder cannot be written nothing is remembered, and the next start checks again.</summary>
    public void Remember(ArithmeticSubject subject)
    {
        if (FileOf(subject) is not { } file) return;
        try
        {
            Directory.CreateDirectory(folder!);
            AtomicFile.Write(file, $"{subject}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written costs time, never a run.
        }
    }

    private string? FileOf(ArithmeticSubject subject) =>
        folder is null ? null : Path.Combine(folder, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{subject}"))) + ".txt");
}
