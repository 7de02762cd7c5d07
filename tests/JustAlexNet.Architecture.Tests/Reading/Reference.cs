namespace JustAlexNet.Architecture.Tests.Reading;

/// <summary>One type uses another.</summary>
/// <param name="From">The type that uses, outermost and with its namespace; lambdas, iterators and nested types count as the type around them.</param>
/// <param name="To">The type used, outermost and with its namespace.</param>
/// <param name="Member">The method or field used, as <c>get_Now</c> or <c>.ctor()</c>; null where only the type is.</param>
internal readonly record struct Reference(string From, string To, string? Member)
{
    public override string ToString() => Member is null ? $"{From} -> {To}" : $"{From} -> {To}.{Member}";
}
