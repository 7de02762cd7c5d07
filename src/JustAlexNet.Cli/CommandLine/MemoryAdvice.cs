using System.CommandLine;
using JustAlexNet.Runtime;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>What to change when something did not fit into memory, by the options that the verb has.</summary>
internal static class MemoryAdvice
{
    // With what a smaller value does.
    private static readonly (string Name, string Effect)[] Sizes =
    [
        ("--batch-size", "a smaller --batch-size (half of it takes half the memory)"), ("--image-size", "a smaller --image-size"), ("--classes", "fewer --classes"), ("--views", "fewer --views"),
        ("--memory-efficient", "--memory-efficient for a DenseNet"), ("--workers", "fewer --workers"),
    ];

    // Features are computed in batches of their own.
    private static bool IsOfFeatures(ParseResult line) =>
        line.CommandResult.Command.Options.FirstOrDefault(option => option is ISettingOption { Setting: var setting } && setting == Recipes.TransferSettings.Mode) is { } mode
        && line.GetResult(mode) is not { Implicit: false, Tokens: [{ Value: "finetune" }] };

    /// <summary>The error, with what was asked for and what to change.</summary>
    public static string Of(MemoryFault fault, ParseResult line)
    {
        var options = line.CommandResult.Command.Options.ToDictionary(option => option.Name);
        var known = Sizes.Where(size => options.ContainsKey(size.Name) && !(size.Name == "--batch-size" && IsOfFeatures(line))).OrderBy(size => line.GetResult(options[size.Name]) is { Implicit: false } ? 0 : 1).ToList();       // what was asked for comes first
        var asked = known.Select(size => line.GetResult(options[size.Name])).OfType<System.CommandLine.Parsing.OptionResult>().Where(given => !given.Implicit)
            .Select(given => string.Join(' ', given.Tokens.Select(token => token.Value).Prepend(given.Option.Name))).ToList();
        var change = string.Join(", ", known.Where(size => size.Name != "--memory-efficient" || line.GetResult(options[size.Name]) is not { Implicit: false }).Select(size => size.Effect));
        return $"{fault}{(asked.Count > 0 ? $" (asked for: {string.Join(" ", asked)})" : "")}\n{(change.Length > 0 ? $"Pass {change}, or make" : "Make")} memory free (ulimit -v, the container's limit and other programs count).";
    }
}
