using System.CommandLine;
using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The help of a verb as text: what it does, usage, options by group, examples to copy; broken between words where a terminal says how wide it is.</summary>
/// <param name="command">The verb.</param>
/// <param name="options">Its options, and those of the whole command.</param>
/// <param name="examples">Command lines without the command's name, a comment behind two blanks and #.</param>
/// <param name="width">Places of the terminal; null: lines as long as they come.</param>
internal sealed class HelpPage(Command command, IReadOnlyList<Option> options, IReadOnlyList<string> examples, int? width)
{
    private const char Joined = '\u00A0';       // a blank at which no line is broken
    private const int FewOptions = 8, WidestLabel = 36, NarrowestText = 36;

    private readonly int width = (width ?? 100_001) - 1;        // the last place stays free: some terminals break behind it

    public void Write(TextWriter output)
    {
        Section(output, "Description", [.. Wrapping.Lines($"  {command.Description}", width, "  ")]);
        Section(output, "Usage", [.. Wrapping.Lines($"  {Usage()}", width, "      ")]);
        Section(output, "Arguments", Table(command.Arguments.Select(a => ($"<{a.Name}>", a.Description ?? ""))));
        foreach (var (heading, group) in Groups()) Section(output, heading, Table(group.Select(option => (Label(option), Text(option)))));
        Section(output, "Commands", Table(command.Subcommands.Select(verb => (string.Join(' ', verb.Arguments.Select(a => $"<{a.Name}>").Prepend(verb.Name)), verb.Description ?? ""))));
        Section(output, "Examples", [.. examples.SelectMany(Example)]);
    }

    private static void Section(TextWriter output, string heading, List<string> lines)
    {
        if (lines.Count == 0) return;
        output.Write($"{heading}:\n");
        foreach (var line in lines) output.Write($"{line.Replace(Joined, ' ')}\n");
        output.Write('\n');
    }

    private IEnumerable<(string Heading, IEnumerable<Option> Options)> Groups()
    {
        var shown = options.Where(option => !option.Hidden).ToList();
        if (shown.Count <= FewOptions) return [("Options", shown)];
        var order = HelpGroups.Headings.ToList();
        return shown.GroupBy(HelpGroups.Of).OrderBy(group => order.IndexOf(group.Key)).Select(group => (group.Key == HelpGroups.Other ? "Other options" : group.Key, (IEnumerable<Option>)group));
    }

    // Two columns where both fit, else the text below its label.
    private List<string> Table(IEnumerable<(string Label, string Text)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return [];
        var label = all.Max(row => row.Label.Length);
        if (width >= 100_000 || (label <= WidestLabel && width - label - 4 >= NarrowestText))
            return [.. all.SelectMany(row => Wrapping.Lines($"  {row.Label.PadRight(label)}  {row.Text}".TrimEnd(), width, new string(' ', label + 4)))];
        return [.. all.SelectMany(row => Wrapping.Lines($"  {row.Label}", width, "    ").Concat(row.Text.Length == 0 ? [] : Wrapping.Lines($"      {row.Text}", width, "      ")))];
    }

    private IEnumerable<string> Example(string line)
    {
        var whole = $"  {Invocation.Start} {line}";
        if (whole.Length <= width) return [whole];
        var parts = line.Split("  #", 2);
        var shown = Wrapping.Lines($"  {Invocation.Start} {parts[0].TrimEnd()}", width, "      ", " \\");
        return parts.Length == 1 ? shown : Wrapping.Lines($"  #{parts[1]}", width, "  # ").Concat(shown);
    }

    private string Usage()
    {
        var arguments = command.Arguments.Select(a => $"<{a.Name}>{(a.Arity.MaximumNumberOfValues > 1 ? "..." : "")}");
        return string.Join(' ', [Root.Path(command), .. arguments, .. command.Subcommands.Count > 0 ? ["[command]"] : Array.Empty<string>(), "[options]"]);
    }

    private static string Label(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.StartsWith("--", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal).Where(name => name[0] == '-'));
        return option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) ? $"{names} <{option.HelpName}>" : names;
    }

    private static string Text(Option option)
    {
        var standard = option.HasDefaultValue && option.ValueType != typeof(bool) ? Values.Standard(option) : null;
        return (string.IsNullOrEmpty(standard) ? option.Description ?? "" : $"{option.Description} [default: {standard}]").Replace("[default: ", $"[default:{Joined}", StringComparison.Ordinal);
    }
}
