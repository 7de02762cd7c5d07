using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Finds the label of a class folder by its name: as it is, else in another Unicode form of the same text (macOS writes "é" as two characters).</summary>
/// <remarks>Names need not be unique, since a table of names need not be (ImageNet's has crane and maillot twice); a folder of such a name has no label.</remarks>
internal sealed class ClassLookup
{
    private readonly Dictionary<string, int> exact = [], composed = [];
    private readonly HashSet<string> shared = [];

    public ClassLookup(IReadOnlyList<string> classes)
    {
        var ambiguous = new HashSet<string>();
        for (var label = 0; label < classes.Count; label++)
        {
            if (!exact.TryAdd(classes[label], label)) shared.Add(classes[label]);
            if (!composed.TryAdd(ComposedText.Of(classes[label]), label)) ambiguous.Add(ComposedText.Of(classes[label]));
        }
        foreach (var name in shared) exact.Remove(name);
        foreach (var name in ambiguous) composed.Remove(name);
    }

    /// <summary>Label by class name, those apart that several classes share.</summary>
    public IReadOnlyDictionary<string, int> Labels => exact;

    /// <summary>The label; null where no class is called so, or several are.</summary>
    public int? Find(string folder) => exact.TryGetValue(folder, out var label) || composed.TryGetValue(ComposedText.Of(folder), out label) ? label : null;

    /// <summary>Whether several classes are called so.</summary>
    public bool IsShared(string folder) => shared.Contains(folder);
}
