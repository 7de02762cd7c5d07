using System.Text.RegularExpressions;
using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Doors;

public sealed partial class RoomDoorTests
{
    private const string Library = "JustAlexNet";

    [Fact]
    public void Every_room_stands_in_the_plan() =>
        Faults.None(Directory.GetDirectories(Repository.At("src", Library)).Select(f => Path.GetFileName(f)).Except(Plan.Rooms.Keys), "Every room stands in the plan of the house (Plan.cs)");

    [Fact]
    public void Rooms_use_only_the_rooms_the_plan_allows() => Faults.None(Walls(Plan.Rooms), "Rooms use only what the plan allows");

    [Fact]
    public void Sources_name_only_the_rooms_the_plan_allows()
    {
        var through = from file in Directory.GetFiles(Repository.At("src", Library), "*.cs", SearchOption.AllDirectories)
                      let room = Path.GetRelativePath(Repository.At("src", Library), file).Split(Path.DirectorySeparatorChar)[0]
                      from Match use in UsingDirective().Matches(File.ReadAllText(file))
                      let target = use.Groups[1].Value
                      where Plan.Rooms.ContainsKey(room) && Plan.Rooms.ContainsKey(target) && target != room && !Plan.Rooms[room].Contains(target)
                      select $"{Path.GetFileName(file)}: {use.Value}";
        Faults.None(through, "Rooms use only what the plan allows");
    }

    [Fact]
    public void A_plan_without_a_door_that_exists_is_reported()
    {
        var closed = Plan.Rooms.ToDictionary(r => r.Key, r => r.Key == "Models" ? [] : r.Value);
        Assert.Contains("JustAlexNet.Models.ModelSelfTest -> JustAlexNet.Runtime.ComputeDevice", Walls(closed));
    }

    [Fact]
    public void Metrics_and_pictures_know_no_tensor()
    {
        Faults.None(Torch(Library).Where(r => RoomOf(r.From) == "Reports").Select(r => r.ToString()), "Reports are of numbers, not tensors");
        foreach (var project in new[] { "JustAlexNet.Imaging", "JustAlexNet.Onnx", "JustAlexNet.Inference", "JustAlexNet.Serving" })
            Faults.None(Torch(project).Select(r => r.ToString()), "Pictures, ONNX files and metrics know no tensor");
        Assert.Contains(Torch(Library), r => RoomOf(r.From) == "Models");
    }

    [Fact]
    public void Command_sees_no_tensor() => Faults.None(Torch("JustAlexNet.Cli").Select(r => r.ToString()), "TorchSharp stays behind our own types");

    private static IEnumerable<string> Walls(IReadOnlyDictionary<string, string[]> plan) =>
        from reference in House.ReferencesOf(Library)
        let room = RoomOf(reference.From)
        let target = RoomOf(reference.To)
        where plan.ContainsKey(room) && plan.ContainsKey(target) && target != room && !plan[room].Contains(target)
        select reference.ToString();

    private static IEnumerable<Reference> Torch(string project) =>
        House.ReferencesOf(project).Where(r => r.To.StartsWith("TorchSharp.", StringComparison.Ordinal));

    private static string RoomOf(string type) => type.Split('.') is [Library, var room, _, ..] ? room : "";

    [GeneratedRegex(@"^(?:global )?using (?:static |\w+ = )?JustAlexNet\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingDirective();
}
