using System.Text;
using JustAlexNet.Settings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace JustAlexNet.Recipes;

/// <summary>Recipes as YAML files: a line a setting, <c>epochs: 20</c>; a list as <c>[a, b]</c>. Thread-safe.</summary>
public static class RecipeFile
{
    /// <summary>What a run calls the recipe that it leaves.</summary>
    public const string StandardName = "recipe.yaml";

    private const int LongestFile = 1 << 20;
    private const int Deepest = 20;        // YamlDotNet takes time by the square of the depth
    private const string Advice = "A recipe is a line a setting, such as \"epochs: 20\"; every run leaves one, " + StandardName + ".";

    /// <summary>Gives a recipe the values of a file; the rest stays as it is.</summary>
    /// <param name="recipe">Receives them as given; what is given afterwards wins, and what means nothing beside it gives way.</param>
    /// <param name="path">A YAML file: one mapping of settings to values.</param>
    /// <param name="meant">The setting that a name of another program means, or null; to say it, never to take it. Null: none is known.</param>
    /// <exception cref="SettingException">There is no such file, it is no YAML, names a setting that the recipe does not have, or holds values that are none of theirs: every fault with line and column.</exception>
    public static void Apply(Recipe recipe, string path, Func<string, string?>? meant = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var faults = new List<string>();
        var entries = Read(path);
        if (new[] { "command", "options", "versions" }.All(name => entries.Exists(entry => entry.Name == name)))
            throw new SettingException($"{path} is the record of a run, no recipe.\nThe recipe is beside it: {Path.Combine(Path.GetDirectoryName(path) ?? "", StandardName)}.");
        foreach (var entry in entries)
            if (Fault(recipe, entry, meant) is { } fault) faults.Add($"{At(path, entry.Start)}: {fault}");
        if (faults.Count > 0) throw new SettingException(string.Join('\n', faults));
        recipe.Yield();
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
        foreach (var group in recipe.Where(entry => entry.Key.IsRecorded && entry.Key.OnResume != OnResume.Ignored && recipe.IsUsed(entry.Key)).GroupBy(entry => entry.Key.Group).OrderBy(group => group.Key))
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

    private static List<Entry> Read(string path)
    {
        try
        {
            return Entries(new Parser(new StringReader(Text(path))), path);
        }
        catch (YamlException e)
        {
            throw new SettingException($"{At(path, e.Start)}: {e.Message}\n{Advice}");
        }
        catch (InvalidOperationException)       // YamlDotNet's own, at a plain value that goes on where none can
        {
            throw new SettingException($"{path} is no YAML that can be read.\n{Advice}");
        }
    }

    private static string Text(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.CanSeek && file.Length > LongestFile) throw new SettingException($"{path} has {file.Length} bytes, expected a recipe: {LongestFile} at most.\n{Advice}");
            using var text = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return text.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new SettingException($"{path} is not text in UTF-8.\nSave it as UTF-8.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"cannot read the recipe {path}: {(Directory.Exists(path) ? "it is a folder" : e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : Files.WriteFault.Reason(e))}\nName a YAML file.");
        }
    }

    // Event by event: a recipe is flat, and what is not is refused before it is followed down.
    private static List<Entry> Entries(Parser parser, string path)
    {
        var entries = new List<Entry>();
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return entries;
        parser.Consume<DocumentStart>();
        if (!parser.TryConsume<MappingStart>(out _)) throw NoMapping(path);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<ParsingEvent>();
            if (key is not Scalar name) throw new SettingException($"{At(path, key.Start)}: expected the name of a setting.\n{Advice}");
            if (entries.Any(entry => entry.Name == name.Value)) throw new SettingException($"{At(path, key.Start)}: {name.Value} stands there twice.\nLeave one of them.");
            entries.Add(new(name.Value, Values(parser, path), name.Start));
        }
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _) ? entries : throw NoMapping(path);
    }

    // Null: something that is neither a value nor a list of values.
    private static List<string>? Values(Parser parser, string path)
    {
        if (parser.TryConsume<Scalar>(out var value)) return [value.Value];
        if (!parser.Accept<SequenceStart>(out _)) return Skipped(parser, path, depth: 0);
        parser.Consume<SequenceStart>();
        var values = new List<string>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (parser.TryConsume<Scalar>(out var item)) values.Add(item.Value);
            else return Skipped(parser, path, depth: 1);
        }
        return values;
    }

    // To the end of what is so deep already.
    private static List<string>? Skipped(Parser parser, string path, int depth)
    {
        do
        {
            var next = parser.Consume<ParsingEvent>();
            if ((depth += next.NestingIncrease) > Deepest) throw new SettingException($"{At(path, next.Start)}: it is nested more than {Deepest} deep.\n{Advice}");
        }
        while (depth > 0);
        return null;
    }

    private static string? Fault(Recipe recipe, Entry entry, Func<string, string?>? meant)
    {
        if (recipe.Schema.Find(entry.Name) is not { } setting) return $"{recipe.Schema.Verb} has no setting '{entry.Name}'{(meant?.Invoke(entry.Name) is { } known ? $": did you mean {known}?" : Meant(entry.Name, recipe.Schema))}";
        if (entry.Values is not { } values) return $"{setting} is more than a value or a list of values, expected {setting.Expected}";
        return recipe.Parse(setting, string.Join(',', values)) ?? recipe.FaultOf(setting);
    }

    private static string Meant(string name, RecipeSchema schema) =>
        Spelling.Nearest(name, schema.Settings.Select(known => known.Name)) is { } near ? $": did you mean {near}?"
        : Array.Find([TrainSettings.Schema, TransferSettings.Schema], other => other.Verb != schema.Verb && other.Find(name) is not null) is { } other ? $": {other.Verb} has it"
        : $"; {schema.Verb} --help lists them, with dashes for underscores";

    private static SettingException NoMapping(string path) => new($"{path} is not one mapping of settings to values.\n{Advice}");

    private static string At(string path, Mark mark) => $"{path}, line {mark.Line}, column {mark.Column}";

    private sealed record Entry(string Name, List<string>? Values, Mark Start);
}
