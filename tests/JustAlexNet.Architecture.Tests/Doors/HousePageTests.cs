namespace JustAlexNet.Architecture.Tests.Doors;

/// <summary>The map of the house shows the doors that the tests hold.</summary>
public sealed class HousePageTests
{
    [Theory]
    [InlineData("docs/house.md", "| room | may use |"), InlineData("docs/zh/house.md", "| 模块 | 可以使用 |")]
    public void Table_of_doors_is_that_of_the_plan(string page, string heading)
    {
        var shown = File.ReadAllLines(Repository.At(page.Split('/'))).SkipWhile(line => line != heading).Skip(2).TakeWhile(line => line.StartsWith('|'));
        Assert.True(Rows.SequenceEqual(shown), $"{page}: below '{heading}' and its rule belongs\n{string.Join('\n', Rows)}");
    }

    private static IReadOnlyList<string> Rows { get; } =
    [
        .. Plan.Projects.Where(project => Directory.Exists(Repository.At("src", project.Key))).Select(Row),
        .. Plan.Rooms.Where(room => Directory.Exists(Repository.At("src", "JustAlexNet", room.Key))).Select(Row),
    ];

    // The page shows what stands, the plan also what is to come.
    private static string Row(KeyValuePair<string, string[]> door)
    {
        var open = door.Value.Where(to => !Plan.Projects.ContainsKey(to) || Directory.Exists(Repository.At("src", to))).ToList();
        return $"| {door.Key} | {(open.Count == 0 ? "—" : string.Join(", ", open))} |";
    }
}
