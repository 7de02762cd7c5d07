using JustAlexNet.Architecture.Tests.Reading;
using Mono.Cecil;

namespace JustAlexNet.Architecture.Tests.Code;

/// <summary>A library prints nothing, is handed its clock (<see cref="TimeProvider"/>) and draws from a random stream that somebody seeded.</summary>
public sealed class ForbiddenUseTests
{
    /// <summary>Type, and the member where not all of the type is meant.</summary>
    private static readonly (string Type, string? Member)[] NotAllowed =
    [
        ("System.Console", null),
        ("System.Diagnostics.Stopwatch", null),
        ("System.DateTime", "get_Now"), ("System.DateTime", "get_UtcNow"), ("System.DateTime", "get_Today"),
        ("System.DateTimeOffset", "get_Now"), ("System.DateTimeOffset", "get_UtcNow"),
        ("System.Environment", "get_TickCount"), ("System.Environment", "get_TickCount64"), ("System.Environment", "Exit"),
        ("System.Random", "get_Shared"), ("System.Random", ".ctor()"),
        ("System.Guid", "NewGuid"), ("System.Guid", "CreateVersion7"),
        ("System.Security.Cryptography.RandomNumberGenerator", null),
    ];

    [Fact]
    public void Libraries_use_no_console_no_clock_and_no_global_random_source() =>
        Faults.None(House.Libraries.SelectMany(project => Forbidden(House.ReferencesOf(project))), "Libraries use no console, no clock and no global random source");

    [Fact]
    public void Uses_in_lambdas_iterators_async_methods_and_local_functions_are_reported()
    {
        var found = Forbidden(References.Of(ModuleDefinition.ReadModule(typeof(ForbiddenUseTests).Assembly.Location))).Where(use => use.Contains(nameof(HiddenUses), StringComparison.Ordinal));
        var here = typeof(HiddenUses).FullName;
        Assert.Equal(
            [
                $"{here} -> System.Console.WriteLine", $"{here} -> System.DateTime.get_UtcNow", $"{here} -> System.Diagnostics.Stopwatch.GetElapsedTime",
                $"{here} -> System.Guid.NewGuid", $"{here} -> System.Random..ctor()", $"{here} -> System.Random.get_Shared",
            ],
            found.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Forbidden(IEnumerable<Reference> uses) =>
        from use in uses
        where use.Member is not null && NotAllowed.Any(f => f.Type == use.To && (f.Member ?? use.Member) == use.Member)
        select use.ToString();
}
