using JustAlexNet.Settings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace JustAlexNet.Recipes;

/// <summary>Recipes as YAML files: a line a setting, <c>epochs: 20</c>; a list as <c>[a, b]</c>. Thread-safe.</summary>
public static class RecipeFile
{
    /// <summary>Gives a recipe the values of a file; the rest stays as it is.</summary>
    /// <param name="recipe">Receives them as given.</param>
    /// <param name="path">A YAML file: one mapping of settings to values.</param>
    /// <exception cref="SettingException">There is no such file, it is no YAML, names a setting that the recipe does not have, or holds values that are none of theirs: every fault with line and column.</exception>
    public static void Apply(Recipe recipe, string path)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var faults = new List<string>();
        foreach (var (key, value) in Read(path).Children)
            if (Fault(recipe, key, value) is { } fault) faults.Add($"{path}, line {key.Start.Line}, column {key.Start.Column}: {fault}");
        if (faults.Count > 0) throw new SettingException(string.Join('\n', faults));
    }

    /// <summary>A recipe as a file: every setting that decides what comes out, with the value in force, by group.</summary>
    /// <param name="recipe">What is written, but for settings that mean nothing beside the others. Where pictures lie, where it is computed and where results go is no part of it.</param>
    public static string Write(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        using var text = new StringWriter { NewLine = "\n" };
        text.WriteLine($"# a recipe for {recipe.Schema.Verb}");
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        Emit(new StreamStart(), new DocumentStart(null, null, isImplicit: true), new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (var group in recipe.Where(entry => entry.Key.IsRecorded && entry.Key.OnResume != OnResume.Ignored && entry.Key.When?.Holds(recipe) != false).GroupBy(entry => entry.Key.Group).OrderBy(group => group.Key))
        {
            Emit(new Comment($"{group.Key}".ToLowerInvariant(), isInline: false));
            foreach (var (setting, value) in group) Emit([new Scalar(setting.Name), .. Value(setting.ToPlain(value))]);
        }
        Emit(new MappingEnd(), new DocumentEnd(isImplicit: true), new StreamEnd());
        return text.ToString();

        void Emit(params ParsingEvent[] events)
        {
            foreach (var one in events) emitter.Emit(one);
        }
    }

    private static IEnumerable<ParsingEvent> Value(object plain) => plain is IEnumerable<object> list
        ? [new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow), .. list.SelectMany(Value), new SequenceEnd()]
        : [new Scalar(plain is bool flag ? flag ? "true" : "false" : FormattableString.Invariant($"{plain}"))];

    private static YamlMappingNode Read(string path)
    {
        const string advice = "A recipe is a line a setting, such as `epochs`: 20; see recipes/ for examples.";
        var stream = new YamlStream();
        try
        {
            using var text = new StreamReader(path);
            stream.Load(text);
        }
        catch (YamlException e)
        {
            throw new SettingException($"{path}, line {e.Start.Line}, column {e.Start.Column}: {e.Message}\n{advice}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"cannot read the recipe {path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : Files.WriteFault.Reason(e))}\nName a YAML file.");
        }
        if (stream.Documents.Count == 0) return [];
        return stream.Documents is [{ RootNode: YamlMappingNode mapping }] ? mapping : throw new SettingException($"{path} is not one mapping of settings to values.\n{advice}");
    }

    private static string? Fault(Recipe recipe, YamlNode key, YamlNode value)
    {
        var name = (key as YamlScalarNode)?.Value ?? "";
        if (recipe.Schema.Find(name) is not { } setting)
        {
            var names = recipe.Schema.Settings.Select(known => known.Name);
            return $"{recipe.Schema.Verb} has no setting '{name}'{(Spelling.Nearest(name, names) is { } near ? $": did you mean {near}?" : $", expected some of {string.Join(", ", names)}")}";
        }
        var texts = value switch { YamlScalarNode scalar => [scalar.Value ?? ""], YamlSequenceNode list => list.Children.Select(item => (item as YamlScalarNode)?.Value), _ => (IEnumerable<string?>)[null] };
        if (texts.Any(text => text is null)) return $"{setting} is a mapping, expected {setting.Values}";
        return recipe.Parse(setting, string.Join(',', texts)) ?? recipe.FaultOf(setting);
    }
}
