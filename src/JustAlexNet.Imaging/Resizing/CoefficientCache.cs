namespace JustAlexNet.Imaging.Resizing;

/// <summary>
/// Remembers tables of weights, because sizes repeat. A fixed number of places, each chosen by the key's hash and simply overwritten:
/// no lock, and no growth when sizes never repeat (random crops). Large tables are not kept.
/// </summary>
internal static class CoefficientCache
{
    private const int Places = 1024;                        // at most 24 MB
    private const long LargestKept = 24 * 1024;

    private static readonly Coefficients?[] Kept = new Coefficients?[Places];

    public static Coefficients Get(AxisKey key)
    {
        ref var place = ref Kept[(uint)key.GetHashCode() % Places];
        if (Volatile.Read(ref place) is { } found && found.Key == key) return found;
        var made = new Coefficients(key);
        if (made.Size <= LargestKept) Volatile.Write(ref place, made);
        return made;
    }
}
