using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>What a class is called on a terminal: its name, and behind it what the name means where the data set says so (<c>n01443537 goldfish</c>).</summary>
internal static class ClassLabels
{
    public static IReadOnlyList<string> Of(SavedModel model) =>
        model.DisplayNames.Count == 0 ? model.Classes : [.. model.Classes.Zip(model.ReadableClasses, (name, word) => word.Contains(name, StringComparison.Ordinal) ? word : $"{name} {word}")];
}
