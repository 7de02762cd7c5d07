using System.Text.RegularExpressions;
using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The tables of options say what <c>--help</c> says.</summary>
public sealed partial class OptionTableTests
{
    [Theory]
    [InlineData("docs/training.md", "off", "none"), InlineData("docs/zh/training.md", "关", "无")]
    public void Training_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Options(off, none, "train"), Documented(page, Options(off, none, "train")));

    [Theory]
    [InlineData("docs/prediction.md", "off", "none"), InlineData("docs/zh/prediction.md", "关", "无")]
    public void Prediction_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Options(off, none, "predict", "evaluate"), Documented(page));

    [Theory]
    [InlineData("docs/transfer.md", "off", "none"), InlineData("docs/zh/transfer.md", "关", "无")]
    public void Transfer_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Options(off, none, "transfer"), Documented(page, Options(off, none, "transfer")));

    [Theory]
    [InlineData("docs/export.md", "off", "none"), InlineData("docs/zh/export.md", "关", "无")]
    public void Export_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Options(off, none, "export"), Documented(page));

    [Theory]
    [InlineData("docs/serving.md", "off", "none"), InlineData("docs/zh/serving.md", "关", "无")]
    public void Serving_page_lists_every_option_with_its_default(string page, string off, string none) =>
        Assert.Equal(Options(off, none, "serve"), Documented(page));

    [Theory]
    [InlineData("docs/training.md"), InlineData("docs/zh/training.md")]
    public void Training_page_names_every_network(string page) =>
        Assert.All(Models.ModelCatalogue.All, model => Assert.Contains($"`{model.Name}`", Page.Read(page).Text, StringComparison.Ordinal));

    // Two verbs may have an option of one name with two defaults, as predict and evaluate --output: then both stand there.
    private static SortedSet<(string Name, string Default)> Documented(string page) =>
        [.. Page.Read(page).Rows.Where(row => row.Length == 3 && row[0].StartsWith("`--", StringComparison.Ordinal)).Select(row => (row[0].Trim('`'), row[1].Trim('`')))];

    // What the step is made of and how photos are varied have pages of their own, the first by the settings' names; what the verb's own page says comes first.
    private static SortedSet<(string Name, string Default)> Documented(string page, SortedSet<(string Name, string Default)> options)
    {
        var shown = Documented(page);
        var folder = page[..(page.LastIndexOf('/') + 1)];
        foreach (var row in Page.Read($"{folder}optimisers.md").Rows.Concat(Page.Read($"{folder}augmentation.md").Rows).Where(row => row.Length == 3 && row[0].StartsWith('`')))
        {
            var (names, defaults) = (Words(row[0]), Words(row[1]));
            foreach (var (i, name) in names.Index())
                if (CommandLine.SettingOptions.NameOf(name.TrimStart('-')) is var option && options.Any(known => known.Name == option) && !shown.Any(known => known.Name == option)) shown.Add((option, defaults[Math.Min(i, defaults.Length - 1)]));
        }
        return shown;

        static string[] Words(string cell) => [.. cell.Split([", ", "、"], StringSplitOptions.None).Select(word => word.Trim('`'))];
    }

    private static SortedSet<(string Name, string Default)> Options(string off, string none, params string[] verbs)
    {
        var options = new SortedSet<(string, string)>();
        foreach (Match option in verbs.SelectMany(verb => Option().Matches(Help(verb))))
            options.Add((option.Groups["name"].Value, !option.Groups["value"].Success ? off : option.Groups["default"] is { Success: true } standard ? standard.Value : none));
        Assert.True(options.Count > 5, $"the help of {string.Join(" and ", verbs)} has another form than expected");
        return options;
    }

    private static string Help(string verb)
    {
        using var text = new StringWriter();
        using var terminal = new Terminal(text, text);
        Assert.Equal(0, Entry.Run([verb, "--help"], terminal));
        return text.ToString();
    }

    // "  --epochs <N>    Passes over the training photos [default: 20]"
    [GeneratedRegex(@"^  (?<name>--[\w-]+)(?<value> <[^>]+>)?  .*?(\[default: (?<default>[^\]]+)\])?\s*$", RegexOptions.Multiline)]
    private static partial Regex Option();
}
