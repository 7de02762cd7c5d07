namespace JustAlexNet.Weights;

/// <summary>The weights of one network as a file holds them, by the names that the network gives them.</summary>
public sealed class StateDictionary
{
    internal StateDictionary(string source, string entry, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyList<string> notes)
    {
        (Source, Entry, Tensors, Notes) = (source, entry, tensors, notes);
    }

    /// <summary>The file.</summary>
    public string Source { get; }

    /// <summary>Where in the file they stand, such as <c>model_state_dict</c>; empty for a file that holds nothing else.</summary>
    public string Entry { get; }

    /// <summary>Names and tensors, in the file's order.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>What was done to the names, a sentence each: prefixes taken off, old names turned into today's.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>
    /// The state dictionary in a value that a file holds: the value itself, or what stands under <c>state_dict</c>, <c>model</c> or <c>model_state_dict</c> at any
    /// depth; of weights and their moving average the average. Prefixes that every name has (<c>module.</c>, <c>_orig_mod.</c>, <c>model.</c>, <c>net.</c>,
    /// <c>backbone.</c>, <c>encoder.</c>) are taken off, DenseNet's old names become today's.
    /// </summary>
    /// <param name="root">The value.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <param name="entry">Where it stands (keys joined by dots); null searches.</param>
    /// <exception cref="WeightsException">There is none, or there are several: they are named, and none is chosen.</exception>
    public static StateDictionary Find(object? root, string source, string? entry = null)
    {
        var (place, state, note) = entry is null ? StateSearch.Only(root, source) : (entry, StateSearch.At(root, entry, source), null);
        return StateNames.Plain(place, StateLoading.Tensors(state, source), source, note);
    }
}
