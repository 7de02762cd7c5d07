using System.Reflection;
using System.Text.RegularExpressions;
using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>How this process was started, so that a printed command line runs as printed.</summary>
/// <remarks>
/// <c>justalexnet</c> where the search path leads to this very program; else its file, below the current folder relative to it, as <c>dotnet run</c> and a published copy need;
/// with <c>dotnet FILE.dll</c> these two words. Outside the command, in a test for example, <c>justalexnet</c>.
/// </remarks>
/// <param name="Program">The file of the running process, links resolved; null where the system does not say.</param>
/// <param name="Library">The file of the command's own assembly.</param>
/// <param name="Folder">The current folder; null where there is none any more.</param>
/// <param name="SearchPath">The variable PATH.</param>
internal sealed partial record Invocation(string? Program, string Library, string? Folder, string? SearchPath)
{
    private static readonly Lazy<string> OfThisProcess = new(() => Assembly.GetEntryAssembly() == typeof(Invocation).Assembly
        ? new Invocation(Environment.ProcessPath, Environment.GetCommandLineArgs()[0], CurrentFolder, Environment.GetEnvironmentVariable("PATH")).Words
        : Root.Name);

    /// <summary>The words that start this command again, ready for a shell; others may follow.</summary>
    public static string Start => OfThisProcess.Value;

    /// <summary>A whole command line to copy: the command, and words that are quoted where a shell wants it.</summary>
    public static string Line(params IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord.Of).Prepend(Start));

    /// <summary>A message of a library, which knows the command only by its name, with what starts it in place of the name wherever a verb or an option follows.</summary>
    public static string In(string message) => In(message, Start);

    internal static string In(string message, string start) => Mention().Replace(message, _ => start);

    /// <summary>Where the command to copy begins that ends a line of a message: at the line's beginning or behind a colon; the line's length where there is none.</summary>
    internal static int CommandAt(string line) => CommandAt(line, Start);

    internal static int CommandAt(string line, string start)
    {
        var found = line.TrimStart().StartsWith($"{start} ", StringComparison.Ordinal) ? line.Length - line.TrimStart().Length : line.IndexOf($": {start} ", StringComparison.Ordinal) is >= 0 and var behind ? behind + 2 : line.Length;
        return ShellCommand().Match(line) is { Success: true } other ? Math.Min(found, other.Index) : found;
    }

    /// <summary>What <see cref="Start"/> says of the process described here.</summary>
    internal string Words
    {
        get
        {
            if (Program is null) return Root.Name;
            if (Path.GetFileNameWithoutExtension(Program) != "dotnet") return IsFoundAs(Root.Name) ? Root.Name : ShellWord.Of(Typed(Program));
            return $"{(IsFoundAs("dotnet") ? "dotnet" : ShellWord.Of(Typed(Program)))} {ShellWord.Of(Typed(Library))}";
        }
    }

    private static string? CurrentFolder
    {
        get
        {
            try
            {
                return Environment.CurrentDirectory;
            }
            catch (IOException)     // deleted under us: then nothing is relative to it
            {
                return null;
            }
        }
    }

    /// <summary>The file, links resolved, that a shell starts for a name without a slash; null where it finds none.</summary>
    internal static string? Found(string name, string? searchPath)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        var first = (searchPath ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return first is null ? null : Real(first);
    }

    private bool IsFoundAs(string name) => Found(name, SearchPath) == Program;

    // A shell looks a word without a slash up in PATH, hence the "./".
    private string Typed(string file)
    {
        if (Folder is null) return file;
        var relative = Path.GetRelativePath(Folder, file);
        if (Path.IsPathFullyQualified(relative) || relative.Split(Path.DirectorySeparatorChar)[0] == "..") return file;
        return relative.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? relative : Path.Combine(".", relative);
    }

    // The file exists, so its links end somewhere.
    private static string Real(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var folder = Real(parent);
        var file = Path.Combine(folder, Path.GetFileName(path));
        return new FileInfo(file).LinkTarget is { } target ? Real(Path.GetFullPath(target, folder)) : file;
    }

    [GeneratedRegex(@"(?<=^\s*|: )(?:mv|convmv) -")]
    private static partial Regex ShellCommand();

    [GeneratedRegex(@"(?<![\w/\\.'""-])justalexnet(?= (?:(?:train|transfer|predict|evaluate|models|weights|export|dataset|doctor)\b|--))")]
    private static partial Regex Mention();
}
