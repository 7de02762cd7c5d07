namespace JustAlexNet.Inference;

/// <summary>Class names for people, where a data set calls its classes by codes (n01443537) and says what they mean (goldfish, Carassius auratus).</summary>
internal static class ReadableNames
{
    /// <summary>For each class the first of its words, with the code where two classes begin alike; the class name itself where nothing is known.</summary>
    /// <param name="classes">Class names in order.</param>
    /// <param name="meanings">Words by class name, synonyms behind commas.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> classes, IReadOnlyDictionary<string, string> meanings)
    {
        if (meanings.Count == 0) return classes;
        var words = classes.Select(name => meanings.TryGetValue(name, out var meaning) && meaning.Split(',')[0].Trim() is { Length: > 0 } word ? word : name).ToList();
        var often = words.CountBy(word => word).ToDictionary();
        return [.. words.Select((word, i) => often[word] == 1 || word == classes[i] ? word : $"{word} ({classes[i]})")];
    }
}
