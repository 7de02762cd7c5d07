namespace JustAlexNet.Architecture.Tests.Reading;

/// <summary>Assertion of a house rule.</summary>
internal static class Faults
{
    /// <summary>Fails with every fault on a line of its own.</summary>
    public static void None(IEnumerable<string> faults, string rule)
    {
        var found = faults.Order(StringComparer.Ordinal).ToList();
        Assert.True(found.Count == 0, $"{rule}. Not so, {found.Count}:\n  {string.Join("\n  ", found)}");
    }
}
