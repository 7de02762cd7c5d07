using System.Text.Json;
using System.Xml.Linq;
using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Files;

public sealed class PackageTests
{
    [Fact]
    public void Versions_of_packages_stand_in_one_file()
    {
        var named = from file in Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
                    where !file.StartsWith(Repository.At("out"), StringComparison.Ordinal)
                    from fault in VersionsNamed(XDocument.Load(file))
                    select $"{Path.GetRelativePath(Repository.Root, file)}: {fault}";
        Faults.None(named, "Versions stand in Directory.Packages.props");
    }

    [Theory]
    [InlineData("""<PackageReference Include="A" Version="1.0.0" />""", "A")]
    [InlineData("""<PackageReference Include="B" VersionOverride="1.0.0" />""", "B")]
    [InlineData("""<PackageReference Include="C"><Version>1.0.0</Version></PackageReference>""", "C")]
    public void A_version_in_a_project_is_reported(string item, string package) =>
        Assert.Equal([package], VersionsNamed(XDocument.Parse($"<Project><ItemGroup>{item}</ItemGroup></Project>")));

    [Fact]
    public void Third_party_notices_name_every_package_that_ships_with_its_version()
    {
        var notices = File.ReadAllLines(Repository.At("THIRD-PARTY-NOTICES.md")).Where(line => line.StartsWith('|')).ToList();
        var shipped = ShippedPackages().ToList();
        Assert.Contains(("TorchSharp", PinnedVersion("TorchSharp")), shipped);
        Faults.None(shipped.Where(p => !notices.Any(row => Names(row, p.Name, p.Version))).Select(p => $"{p.Name} {p.Version}"), "THIRD-PARTY-NOTICES.md names what ships");
    }

    [Fact]
    public void Third_party_notices_name_the_packages_of_other_systems_too()
    {
        var notices = File.ReadAllLines(Repository.At("THIRD-PARTY-NOTICES.md")).Where(line => line.StartsWith('|')).ToList();
        var referenced = Directory.GetFiles(Repository.At("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference")).Select(p => (string)p.Attribute("Include")!).Distinct();
        Faults.None(referenced.Where(name => !notices.Any(row => Names(row, name, PinnedVersion(name)))), "THIRD-PARTY-NOTICES.md names what is referenced");
    }

    private static bool Names(string row, string package, string version)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        return cells[1].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Contains(package) && cells[2] == version;
    }

    private static IEnumerable<string> VersionsNamed(XDocument project) =>
        project.Descendants("PackageReference")
            .Where(p => new[] { "Version", "VersionOverride" }.Any(name => p.Attribute(name) is not null || p.Element(name) is not null))
            .Select(p => (string)p.Attribute("Include")!);

    private static string PinnedVersion(string package) =>
        (string)XDocument.Load(Repository.At("Directory.Packages.props")).Descendants("PackageVersion").Single(p => (string?)p.Attribute("Include") == package).Attribute("Version")!;

    /// <summary>The packages whose files lie beside the command, by the list that the build writes for the runtime.</summary>
    private static IEnumerable<(string Name, string Version)> ShippedPackages()
    {
        using var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli.deps.json")));
        foreach (var library in list.RootElement.GetProperty("libraries").EnumerateObject())
            if (library.Value.GetProperty("type").GetString() == "package" && library.Name.Split('/') is [var name, var version])
                yield return (name, version);
    }
}
