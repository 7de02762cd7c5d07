using System.CommandLine;
using System.Globalization;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;

namespace JustAlexNet.Cli.Tests.Documentation;

/// <summary>The tables of options say what the command says.</summary>
public sealed class OptionTableTests
{
    [Theory]
    [InlineData("docs/training.md", "off", "none"), InlineData("docs/zh/training.md", "关", "无")]
    public void Training_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Documented(page), Options(off, none, TrainCommand.Create));

    [Theory]
    [InlineData("docs/prediction.md", "off", "none"), InlineData("docs/zh/prediction.md", "关", "无")]
    public void Prediction_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Documented(page), Options(off, none, PredictCommand.Create, EvaluateCommand.Create));

    [Fact]
    public void Models_page_speaks_of_every_network()
    {
        foreach (var page in new[] { "docs/training.md", "docs/zh/training.md" })
            Assert.All(Models.ModelCatalogue.All, model => Assert.Contains($"`{model.Name}`", Page.Read(page).Text, StringComparison.Ordinal));
    }

    private static SortedDictionary<string, string> Documented(string page) =>
        new(Page.Read(page).Rows.Where(row => row[0].StartsWith("`--", StringComparison.Ordinal) && row.Length == 3)
            .ToDictionary(row => row[0].Trim('`'), row => row[1].Trim('`')), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Options(string off, string none, params Func<Terminal, Command>[] commands)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        var options = commands.SelectMany(create => create(terminal).Options).Where(option => !option.Hidden && option.Name != "--help").DistinctBy(option => option.Name);
        return new(options.ToDictionary(option => option.Name, option => Default(option, off, none)), StringComparer.Ordinal);
    }

    private static string Default(Option option, string off, string none)
    {
        if (option.ValueType == typeof(bool)) return off;
        if (option.HasDefaultValue && option.GetDefaultValue() is { } value) return Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return option.Description!.EndsWith("[default: auto]", StringComparison.Ordinal) ? "auto" : none;
    }
}
