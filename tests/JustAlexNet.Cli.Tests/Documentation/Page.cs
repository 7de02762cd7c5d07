using System.Text.RegularExpressions;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>A page of the documentation, taken apart into what can be checked.</summary>
/// <param name="Name">Its path in the checkout, with slashes.</param>
/// <param name="Text">Its Markdown.</param>
internal sealed partial record Page(string Name, string Text)
{
    /// <summary>The first pages and everything in <c>docs/</c>, both languages.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [.. new[] { "README.md", "README.zh-CN.md" }.Concat(Directory.EnumerateFiles(Repository.At("docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)).Select(Read)];

    /// <summary>The English ones.</summary>
    public static IEnumerable<Page> English => All.Where(page => !page.IsChinese);

    public bool IsChinese => Name.Contains("zh", StringComparison.Ordinal);

    /// <summary>Where the same page stands in Chinese.</summary>
    public string ChineseName => Name == "README.md" ? "README.zh-CN.md" : Name.Replace("docs/", "docs/zh/", StringComparison.Ordinal);

    /// <summary>The fenced blocks, in order.</summary>
    public IEnumerable<Block> Blocks => Fence().Matches(Text).Select(found => new Block(
        Name, Text.AsSpan(0, found.Index).Count('\n') + 1, found.Groups["language"].Value, found.Groups["text"].Value));

    /// <summary>The rows of the tables, split into cells; lines below the heads are left out, heads are not.</summary>
    public IEnumerable<string[]> Rows => Fence().Replace(Text, "").Split('\n')
        .Where(line => line.StartsWith('|') && !line.StartsWith("| ---", StringComparison.Ordinal))
        .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>Where its links lead, without anchors; those to the web are left out.</summary>
    public IEnumerable<string> LocalLinks => Link().Matches(Fence().Replace(Text, "")).Select(found => found.Groups["target"].Value.Split('#')[0])
        .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal));

    /// <summary>The part below a heading, up to the next one of its level.</summary>
    public Page Section(string heading)
    {
        var start = Text.IndexOf($"\n## {heading}", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{Name} has no heading '{heading}'");
        var end = Text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return this with { Text = end < 0 ? Text[start..] : Text[start..end] };
    }

    public static Page Read(string name) => new(name, File.ReadAllText(Repository.At(name.Split('/'))));

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}

/// <summary>A fenced block of a page.</summary>
internal sealed record Block(string Page, int Line, string Language, string Text)
{
    public override string ToString() => $"{Page}:{Line}";
}
