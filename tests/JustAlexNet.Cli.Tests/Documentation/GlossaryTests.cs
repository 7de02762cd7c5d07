namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>One term for one thing: the Chinese pages use the words of the glossary, and both glossaries name the same ones.</summary>
public sealed class GlossaryTests
{
    private const int Term = 0, Chinese = 1, Rejected = 3;

    public static TheoryData<string> ChinesePages => [.. Page.All.Where(page => page.IsChinese && page.Name != "docs/zh/glossary.md").Select(page => page.Name)];

    [Theory, MemberData(nameof(ChinesePages))]
    public void Chinese_page_uses_the_terms_of_the_glossary(string name)
    {
        var text = Page.Read(name).Text;
        Assert.All(Rows("docs/zh/glossary.md"), row => Assert.False(text.Contains(row[Rejected], StringComparison.Ordinal), $"{name} says {row[Rejected]}; the glossary has {row[Chinese]}"));
    }

    [Fact]
    public void Both_glossaries_name_the_same_terms() =>
        Assert.Equal(Rows("docs/glossary.md").Select(row => (row[Term], row[Chinese], row[Rejected])), Rows("docs/zh/glossary.md").Select(row => (row[Term], row[Chinese], row[Rejected])));

    [Theory]
    [InlineData("README.md", "transfer learning")]
    [InlineData("README.zh-CN.md", "迁移学习")]
    [InlineData("docs/transfer.md", "transfer learning")]
    [InlineData("docs/zh/transfer.md", "迁移学习")]
    public void Readers_find_the_word_that_they_search_for(string name, string word) => Assert.Contains(word, Page.Read(name).Text, StringComparison.OrdinalIgnoreCase);

    private static List<string[]> Rows(string name)
    {
        var rows = Page.Read(name).Rows.Skip(1).ToList();
        Assert.True(rows.Count > 10, $"{name} has {rows.Count} terms");
        return rows;
    }
}
