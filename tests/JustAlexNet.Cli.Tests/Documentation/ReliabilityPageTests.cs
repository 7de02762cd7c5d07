using System.Text.RegularExpressions;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>A promise without its test is none: what the page of reliability names is there.</summary>
public sealed partial class ReliabilityPageTests
{
    [Theory]
    [InlineData("docs/reliability.md")]
    [InlineData("docs/zh/reliability.md")]
    public void Every_test_and_campaign_of_the_page_is_there(string page)
    {
        var text = Page.Read(page).Text;
        var tests = Names().Matches(text).Select(found => found.Value).Distinct().ToList();
        var campaigns = Scripts().Matches(text).Select(found => found.Groups["name"].Value).Distinct().ToList();
        var files = Directory.EnumerateFiles(Repository.At("tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.True(tests.Count > 15, $"{tests.Count} tests");
        Assert.True(campaigns.Count > 8, $"{campaigns.Count} campaigns");
        Assert.All(tests, name => Assert.True(files.Contains(name), $"there is no {name}"));
        Assert.All(campaigns, name => Assert.True(File.Exists(Repository.At("campaigns", name)), $"there is no campaigns/{name}"));
    }

    [GeneratedRegex(@"(?<=`)\w+Tests(?=`)")]
    private static partial Regex Names();

    [GeneratedRegex(@"bash campaigns/(?<name>[\w-]+\.sh)")]
    private static partial Regex Scripts();
}
