using System.IO.Compression;
using System.Xml.Linq;

namespace JustAlexNet.Packages.Tests;

/// <summary>What <c>dotnet pack</c> at the root makes.</summary>
public sealed class PackageTests
{
    private const long GalleryLimit = 250 << 20;       // nuget.org takes no larger package

    private static readonly string[] Libraries = ["JustAlexNet", "JustAlexNet.Imaging", "JustAlexNet.Inference", "JustAlexNet.Onnx", "JustAlexNet.Serving"];
    private static readonly string[] Tools = ["JustAlexNet.Tool", "JustAlexNet.Tool.linux-x64"];

    private readonly PackedClone clone;

    public PackageTests(PackedClone clone)
    {
        PackedClone.SkipElsewhere();
        this.clone = clone;
    }

    [Fact]
    public void Libraries_and_tool_are_packed_and_nothing_else() => Assert.Equal(
        Libraries.SelectMany(id => new[] { $"{id}.{clone.Version}.nupkg", $"{id}.{clone.Version}.snupkg" }).Concat(Tools.Select(id => $"{id}.{clone.Version}.nupkg")).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(clone.Packages).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_package_names_licence_readme_authors_and_the_commit_it_was_made_from()
    {
        foreach (var id in Libraries.Concat(Tools))
        {
            using var package = Open(id);
            var about = Nuspec(package);
            Assert.Equal("MIT", Value(about, "license"));
            Assert.Equal("README.md", Value(about, "readme"));
            Assert.Equal("The JustAlexNet contributors", Value(about, "authors"));
            Assert.NotEmpty(Value(about, "description")!);
            Assert.Equal("git", (string?)about.Descendants().Single(e => e.Name.LocalName == "repository").Attribute("type"));
            using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
            Assert.StartsWith($"# {(Tools.Contains(id) ? "JustAlexNet.Tool" : id)}\n", readme.ReadToEnd(), StringComparison.Ordinal);
            Assert.NotNull(package.GetEntry("THIRD-PARTY-NOTICES.md"));
        }
    }

    [Fact]
    public void Libraries_bring_their_comments_and_symbols_and_leave_libtorch_to_the_application()
    {
        foreach (var id in Libraries)
        {
            using var package = Open(id);
            using var symbols = ZipFile.OpenRead(Path.Combine(clone.Packages, $"{id}.{clone.Version}.snupkg"));
            Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.dll"));
            Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
            Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
            Assert.DoesNotContain(package.Entries, entry => entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal));
            var dependencies = Nuspec(package).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string)e.Attribute("id")!).ToList();
            Assert.DoesNotContain(dependencies, name => name.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(id == "JustAlexNet", dependencies.Contains("TorchSharp"));
            Assert.Contains("SkiaSharp.NativeAssets.Win32", dependencies);       // packed on Linux, used on Windows and macOS too
            Assert.Contains("SkiaSharp.NativeAssets.macOS", dependencies);
        }
    }

    [Fact]
    public void Tool_for_this_system_holds_what_it_loads_and_stays_below_the_limit_of_the_gallery()
    {
        using var package = Open("JustAlexNet.Tool.linux-x64");
        var names = package.Entries.Select(entry => entry.Name).ToHashSet();
        Assert.Superset(new HashSet<string> { "JustAlexNet.Cli", "JustAlexNet.Cli.dll", "libtorch_cpu.so", "libLibTorchSharp.so", "libSkiaSharp.so", "libonnxruntime.so" }, names);
        Assert.DoesNotContain("libtorch_python.so", names);
        Assert.InRange(new FileInfo(Path.Combine(clone.Packages, $"JustAlexNet.Tool.linux-x64.{clone.Version}.nupkg")).Length, 1, GalleryLimit);
    }

    private ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(clone.Packages, $"{id}.{clone.Version}.nupkg"));

    private static XDocument Nuspec(ZipArchive package)
    {
        using var stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream);
    }

    private static string? Value(XDocument nuspec, string name) => nuspec.Descendants().Single(e => e.Name.LocalName == name).Value;
}
