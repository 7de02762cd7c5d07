using System.Diagnostics.CodeAnalysis;

namespace JustAlexNet.Architecture.Tests.Reading;

/// <summary>Code that breaks the house rules, where only a reader of method bodies can see it. Nothing runs it.</summary>
internal static class HiddenUses
{
    public static Action InALambda() => () => Console.WriteLine("seen");

    public static IEnumerable<int> InAnIterator()
    {
        yield return Random.Shared.Next();
    }

    public static async Task<DateTime> InAnAsyncMethod()
    {
        await Task.Yield();
        return DateTime.UtcNow;
    }

    public static int InALocalFunction()
    {
        return Draw();
        static int Draw() => new Random().Next() + new Random(7).Next();
    }

    public static List<Guid> InAGenericArgument() => [.. Enumerable.Repeat(Guid.NewGuid(), 1)];

    public static string InAMethodGroup() => string.Concat(new[] { 1L }.Select(ElapsedSince));

    private static string ElapsedSince(long start) => System.Diagnostics.Stopwatch.GetElapsedTime(start).ToString();
}

[SuppressMessage("Design", "CA1052", Justification = "A class that is neither sealed nor abstract, for the rule to find.")]
internal class NeitherSealedNorAbstract
{
    internal record AnOpenRecord(int Value);
}
