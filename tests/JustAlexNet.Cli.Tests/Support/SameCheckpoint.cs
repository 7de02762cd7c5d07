using JustAlexNet.Weights;

namespace JustAlexNet.Cli.Tests;

/// <summary>Compares checkpoints entry by entry, bit by bit; the campaigns compile this file too.</summary>
internal static class SameCheckpoint
{
    // Times differ between any two runs; the output folder is where the file stands.
    private static readonly string[] Apart = ["seconds", "photos_per_second", "output"];

    /// <summary>The places where two checkpoints differ, times and output folder apart.</summary>
    /// <param name="left">One file.</param>
    /// <param name="right">The other.</param>
    /// <param name="more">Further keys that may differ.</param>
    public static List<string> Differences(string left, string right, params string[] more) => Differences(TorchFile.Read(left), TorchFile.Read(right), more);

    /// <summary>The same of two contents.</summary>
    public static List<string> Differences(object? left, object? right, params string[] more)
    {
        var places = new List<string>();
        Compare(left, right, "", [.. Apart, .. more], places);
        return places;
    }

    private static byte[] Bytes(StoredTensor stored)
    {
        using var tensor = stored.ToTensor();
        using var dense = tensor.contiguous();
        return dense.bytes.ToArray();
    }

    private static void Compare(object? left, object? right, string place, string[] apart, List<string> places)
    {
        switch (left, right)
        {
            case (PickleDictionary l, PickleDictionary r):
                if (!l.Select(e => e.Key).SequenceEqual(r.Select(e => e.Key))) places.Add($"{place}: keys");
                else foreach (var (key, value) in l)
                    if (!apart.Contains($"{key}")) Compare(value, r.First(e => Equals(e.Key, key)).Value, $"{place}/{key}", apart, places);
                break;
            case (StoredTensor l, StoredTensor r):
                if (!l.Shape.SequenceEqual(r.Shape) || l.Type != r.Type || !Bytes(l).AsSpan().SequenceEqual(Bytes(r))) places.Add(place);
                break;
            case (IReadOnlyList<object?> l, IReadOnlyList<object?> r):
                if (l.Count != r.Count) places.Add($"{place}: {l.Count} and {r.Count}");
                else for (var i = 0; i < l.Count; i++) Compare(l[i], r[i], $"{place}/{i}", apart, places);
                break;
            default:
                if (!Equals(left, right)) places.Add($"{place}: {left} and {right}");
                break;
        }
    }
}
