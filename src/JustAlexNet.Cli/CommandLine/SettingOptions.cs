using System.CommandLine;
using System.Text.RegularExpressions;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>An option that a setting declares.</summary>
internal interface ISettingOption
{
    /// <summary>The declaration.</summary>
    Setting Setting { get; }
}

/// <summary>Argument and options of a verb that settings declare, the folder of photos among them: from the declarations and back to a recipe.</summary>
internal sealed partial class SettingOptions
{
    private const int LongestChoice = 28;

    private readonly RecipeSchema schema;
    private readonly Argument<string> folder;
    private readonly List<Option> options = [];

    public SettingOptions(RecipeSchema schema)
    {
        this.schema = schema;
        folder = Values.NotEmpty(new Argument<string>("DATA") { Description = CommonSettings.DataFolder.Help, Arity = ArgumentArity.ZeroOrOne });
        foreach (var setting in schema.Settings.Where(setting => setting.Name != CommonSettings.DataFolder.Name)) options.Add(setting.IsFlag ? new Switch(setting) : new Value(setting));
    }

    /// <summary>How the command writes a setting's name.</summary>
    public static string NameOf(string setting) => setting == CommonSettings.DataFolder.Name ? "DATA" : $"--{setting.Replace('_', '-')}";

    /// <summary>A text of the library, which names settings as <c>`batch_size`</c>, with the command's options in their places.</summary>
    public static string In(string text) => text.Contains('`', StringComparison.Ordinal) ? Mention().Replace(text, name => NameOf(name.Groups[1].Value)) : text;

    /// <summary>Adds argument and options to the verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(folder);
        foreach (var option in options) command.Add(option);
    }

    /// <summary>What was given: by a file, and on the line, which wins.</summary>
    /// <param name="result">The line.</param>
    /// <param name="faults">Texts that are no values of their settings, and where there are such also values that are not allowed, as sentences; empty where all could be read.</param>
    /// <param name="file">The file; null: none.</param>
    /// <exception cref="SettingException">Something is wrong with the file, or neither names a folder of photos.</exception>
    public Recipe Read(ParseResult result, out IReadOnlyList<string> faults, string? file = null)
    {
        var unread = new List<string>();
        faults = unread;
        var recipe = new Recipe(schema);
        if (file is not null) RecipeFile.Apply(recipe, file, name => ForeignWords.Setting(name, schema));
        if (result.GetValue(folder) is { } data) recipe.Add(CommonSettings.DataFolder, data);
        else if (!recipe.IsGiven(CommonSettings.DataFolder)) throw new SettingException($"{CommonSettings.DataFolder} is missing: {CommonSettings.DataFolder.Help}");
        foreach (var option in options.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            var text = option is Switch flag ? $"{result.GetValue(flag)}" : result.GetValue((Value)option)!;
            if (recipe.Parse(((ISettingOption)option).Setting, text) is { } fault) unread.Add(fault);
        }
        // With a value missing, what holds between settings cannot be judged; what each is by itself can.
        if (unread.Count > 0) unread.AddRange(schema.Settings.Select(recipe.FaultOf).OfType<string>());
        return recipe;
    }

    /// <summary>The options that a checkpoint does not know, as they were given, on the line or by a file: a run that goes on is told them again.</summary>
    /// <param name="asked">As <see cref="Read"/> gave it.</param>
    public static IEnumerable<string> Again(Recipe asked) =>
        from setting in asked.Schema.Settings
        where (!setting.IsRecorded || setting.OnResume == OnResume.Ignored) && !OfEveryStart.Any(other => other.Name == setting.Name) && asked.IsGiven(setting)
        where !setting.IsFlag || asked.TextOf(setting) == "true"
        from word in setting.IsFlag ? new[] { NameOf(setting.Name) } : [NameOf(setting.Name), asked.TextOf(setting)]
        select word;

    // Said anew, or meant for the first start only.
    private static Setting[] OfEveryStart => [CommonSettings.DataFolder, CommonSettings.Resume, CommonSettings.Output, CommonSettings.Overwrite, CommonSettings.WeightsUrl];

    private sealed class Switch : Option<bool>, ISettingOption
    {
        public Switch(Setting setting) : base(NameOf(setting.Name)) => (Setting, Description) = (setting, In(setting.Help));

        public Setting Setting { get; }
    }

    private sealed class Value : Option<string?>, ISettingOption
    {
        public Value(Setting setting) : base(NameOf(setting.Name))
        {
            var isLong = setting.Values.Length > LongestChoice;
            Setting = setting;
            HelpName = isLong ? "NAME" : setting.Values;
            Description = In(isLong && setting.Words.Count > 0 ? $"{setting.Help} [{string.Join('|', setting.Words)}]" : setting.Help);
            if (setting.DefaultText.Length > 0) DefaultValueFactory = _ => setting.DefaultText;
        }

        public Setting Setting { get; }
    }

    [GeneratedRegex("`([a-z][a-z0-9_]*)`")]
    private static partial Regex Mention();
}
