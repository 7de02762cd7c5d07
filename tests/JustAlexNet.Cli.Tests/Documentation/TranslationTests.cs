using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>Both languages say the same, as far as that can be compared, and every link leads somewhere.</summary>
public sealed class TranslationTests
{
    private static readonly string[] Same = ["bash", "csharp", "python", "console", "xml"];

    public static TheoryData<string> EnglishPages => [.. Page.English.Select(page => page.Name)];

    public static TheoryData<string> AllPages => [.. Page.All.Select(page => page.Name)];

    [Theory, MemberData(nameof(EnglishPages))]
    public void Chinese_page_holds_the_same_commands_and_code(string name)
    {
        var page = Page.Read(name);
        Assert.Equal(Code(page), Code(Page.Read(page.ChineseName)));
    }

    [Theory, MemberData(nameof(EnglishPages))]
    public void Chinese_page_has_the_same_headings_and_tables(string name)
    {
        var page = Page.Read(name);
        Assert.Equal(Shape(page), Shape(Page.Read(page.ChineseName)));
    }

    [Theory, MemberData(nameof(AllPages))]
    public void Every_link_leads_to_a_file_of_the_checkout(string name) =>
        Assert.All(Page.Read(name).LocalLinks, target =>
        {
            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.At(name.Split('/')))!, target));
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{name} links to {target}, which is not there");
        });

    // Comments may be translated; the rest may not.
    private static IEnumerable<string> Code(Page page) =>
        from block in page.Blocks
        where Same.Contains(block.Language)
        from line in block.Text.Split('\n')
        let bare = line.Split(block.Language == "csharp" ? "//" : "# ")[0].TrimEnd()
        where bare.Length > 0
        select $"{block.Language}: {bare}";

    private static IEnumerable<string> Shape(Page page) =>
        page.Text.Split('\n').Where(line => line.StartsWith('#')).Select(line => line.Split(' ')[0])
            .Concat(page.Rows.Select(row => row[0].StartsWith('`') ? $"{row.Length} cells: {row[0].Split('`')[1]}" : $"{row.Length} cells"));
}
