using System.CommandLine;
using System.Globalization;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Data;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The page of checking photos says what the command has and finds.</summary>
public sealed class DatasetPageTests
{
    private static readonly string[] OfTheModel = ["--pretrained", "--weights-url", "--model", "--class-map", "--preprocessing", "--image-size", "--device", "--precision"];

    [Theory, InlineData("docs/dataset.md", "off"), InlineData("docs/zh/dataset.md", "关")]
    public void Page_lists_every_option_with_its_default(string page, string off)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        var check = DatasetCommand.Create(terminal).Subcommands.Single(command => command.Name == "check");
        var expected = check.Options.Where(option => !OfTheModel.Contains(option.Name)).Select(option => $"{option.Name} {Default(option, off)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), Page.Read(page).Rows.Where(row => row[0].StartsWith("`--", StringComparison.Ordinal)).Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')}").Order(StringComparer.Ordinal));
        Assert.All(OfTheModel.Where(option => option != "--weights-url"), option => Assert.Contains($"`{option}`", Page.Read(page).Text, StringComparison.Ordinal));
    }

    [Theory, InlineData("docs/dataset.md"), InlineData("docs/zh/dataset.md")]
    public void Page_says_what_every_kind_of_problem_is(string page)
    {
        var rows = Page.Read(page).Rows.SelectMany(row => row[0].Split(", ")).Select(cell => cell.Trim('`')).ToList();
        Assert.All(Enum.GetValues<ProblemKind>(), kind => Assert.Contains(DataCheckJson.Word(kind), rows));
        Assert.All(Enum.GetValues<DuplicateKind>(), kind => Assert.Contains(DataCheckJson.Word(kind), rows));
    }

    private static string Default(Option option, string off) =>
        option.ValueType == typeof(bool) ? off : !option.HasDefaultValue ? "none" : Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture)!;
}
