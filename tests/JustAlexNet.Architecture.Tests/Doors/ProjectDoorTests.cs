using System.Xml.Linq;
using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Doors;

public sealed class ProjectDoorTests
{
    [Fact]
    public void Every_project_stands_in_the_plan() => Faults.None(House.Projects.Except(Plan.Projects.Keys), "Every project stands in the plan of the house (Plan.cs)");

    [Fact]
    public void Projects_refer_only_to_the_projects_the_plan_allows() => Faults.None(Walls(Plan.Projects), "Projects use only what the plan allows");

    [Fact]
    public void Compiled_projects_use_only_the_projects_the_plan_allows()
    {
        var through = House.Projects.SelectMany(project => House.Module(project).AssemblyReferences
            .Select(a => a.Name).Where(name => name.StartsWith("JustAlexNet", StringComparison.Ordinal) && !Plan.Projects[project].Contains(name))
            .Select(name => $"{project} -> {name}"));
        Faults.None(through, "Projects use only what the plan allows");
    }

    [Fact]
    public void A_plan_without_a_door_that_exists_is_reported()
    {
        var closed = Plan.Projects.ToDictionary(p => p.Key, p => p.Key == "JustAlexNet" ? [] : p.Value);
        Assert.Equal(["JustAlexNet -> JustAlexNet.Imaging", "JustAlexNet -> JustAlexNet.Onnx", "JustAlexNet -> JustAlexNet.Inference"], Walls(closed));
    }

    private static IEnumerable<string> Walls(IReadOnlyDictionary<string, string[]> plan) =>
        from project in House.Projects
        from reference in XDocument.Load(Repository.At("src", project, project + ".csproj")).Descendants("ProjectReference")
        let target = Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)
        where !plan[project].Contains(target)
        select $"{project} -> {target}";
}
