using System.CommandLine;
using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Data;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The page of checking photos says what the command has and finds.</summary>
public sealed class DatasetPageTests
{
    private static readonly string[] OfTheModel = ["--pretrained", "--weights-url", "--model", "--class-map", "--preprocessing", "--image-size", "--device", "--precision"];

    [Theory]
    [InlineData("docs/dataset.md", "Defaults", "check", "off"), InlineData("docs/zh/dataset.md", "默认值", "check", "关")]
    [InlineData("docs/dataset.md", "`dataset stats`", "stats", "off"), InlineData("docs/zh/dataset.md", "`dataset stats`", "stats", "关")]
    [InlineData("docs/dataset.md", "`dataset split`", "split", "off"), InlineData("docs/zh/dataset.md", "`dataset split`", "split", "关")]
    [InlineData("docs/dataset.md", "`dataset sample`", "sample", "off"), InlineData("docs/zh/dataset.md", "`dataset sample`", "sample", "关")]
    [InlineData("docs/dataset.md", "`dataset download`", "download", "off"), InlineData("docs/zh/dataset.md", "`dataset download`", "download", "关")]
    public void Page_lists_every_option_with_its_default(string page, string section, string verb, string off)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        var command = DatasetCommand.Create(terminal).Subcommands.Single(command => command.Name == verb);
        var expected = command.Options.Where(option => !OfTheModel.Contains(option.Name)).Select(option => $"{option.Name} {Default(option, off)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), Page.Read(page).Section(section).Rows.Where(row => row[0].StartsWith("`--", StringComparison.Ordinal)).Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')}").Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("docs/dataset.md"), InlineData("docs/zh/dataset.md")]
    public void Page_names_the_options_of_the_network(string page) => Assert.All(OfTheModel.Where(option => option != "--weights-url"), option => Assert.Contains($"`{option}`", Page.Read(page).Text, StringComparison.Ordinal));

    [Theory, InlineData("docs/dataset.md"), InlineData("docs/zh/dataset.md")]
    public void Page_lists_the_data_sets_that_can_be_fetched(string page)
    {
        var rows = Page.Read(page).Section("`dataset download`").Rows.Where(row => row.Length == 6).Skip(1).ToList();
        Assert.Equal(KnownDataSets.All.Select(set => set.Name), rows.Select(row => row[0].Trim('`')));
        Assert.All(KnownDataSets.All.Zip(rows), entry =>
        {
            var (set, row) = entry;
            Assert.Contains(set.Photos.ToString("N0", CultureInfo.InvariantCulture), rows.First(other => set.Name.Split('-')[0] == other[0].Trim('`').Split('-')[0])[1], StringComparison.Ordinal);
            Assert.Contains(row[2].Split([' ', '\uFF08'])[0], set.Files[0].Address, StringComparison.Ordinal);
            Assert.Equal(set.Files[0].Hash.Name, row[4]);
            if (set.Files[0].Bytes is { } bytes) Assert.Equal((bytes / 1e6).ToString("N0", CultureInfo.InvariantCulture), row[3]);
        });
    }

    [Theory, InlineData("docs/dataset.md"), InlineData("docs/zh/dataset.md")]
    public void Page_says_what_every_kind_of_problem_is(string page)
    {
        var rows = Page.Read(page).Rows.SelectMany(row => row[0].Split(", ")).Select(cell => cell.Trim('`')).ToList();
        Assert.All(Enum.GetValues<ProblemKind>(), kind => Assert.Contains(DataCheckJson.Word(kind), rows));
        Assert.All(Enum.GetValues<DuplicateKind>(), kind => Assert.Contains(DataCheckJson.Word(kind), rows));
    }

    private static string Default(Option option, string off) =>
        option.ValueType == typeof(bool) ? off : !option.HasDefaultValue ? "none" : Values.Standard(option);
}
