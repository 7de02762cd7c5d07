namespace JustAlexNet.Weights;

/// <summary>How moving averages of weights are kept in foreign checkpoints: <c>model_ema</c> (torchvision), <c>state_dict_ema</c> (timm), <c>ema_state_dict</c>, <c>ema.model</c>, <c>n_averaged</c> (PyTorch's AveragedModel).</summary>
internal static class MovingAverage
{
    /// <summary>The counter that AveragedModel keeps beside the network, whose names it puts <c>module.</c> before.</summary>
    public const string Counter = "n_averaged";

    private const string Wrapper = "module.";

    private static readonly string[] Words = ["ema", "swa", "averaged"];

    /// <summary>Whether a dictionary is one, by the keys that lead to it or by its counter.</summary>
    public static bool IsOne(string entry, PickleDictionary state) => IsWord(entry) || IsCounted([.. state.Select(tensor => $"{tensor.Key}")]);

    /// <summary>Whether keys, with points or underscores between them, say that what they lead to is one.</summary>
    public static bool IsWord(string entry) => entry.Split('.', '_').Any(Words.Contains);

    /// <summary>Whether these are the names of an AveragedModel.</summary>
    public static bool IsCounted(IReadOnlyCollection<string> names) => names.Count > 1 && names.Contains(Counter) && names.All(name => name == Counter || name.StartsWith(Wrapper, StringComparison.Ordinal));

    /// <summary>Whether a dictionary has the names of another one, wrapped or not.</summary>
    public static bool IsOf(PickleDictionary average, PickleDictionary weights) => Names(average).SetEquals(Names(weights));

    private static HashSet<string> Names(PickleDictionary state)
    {
        var names = state.Select(tensor => $"{tensor.Key}").Where(name => name != Counter).ToList();
        var wrapped = names.TrueForAll(name => name.StartsWith(Wrapper, StringComparison.Ordinal));
        return [.. wrapped ? names.Select(name => name[Wrapper.Length..]) : names];
    }
}
