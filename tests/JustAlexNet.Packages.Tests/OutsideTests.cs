namespace JustAlexNet.Packages.Tests;

/// <summary>What works in the clone works outside it, on a system where TorchSharp's library needs its repair too, and without a step by hand.</summary>
public sealed class OutsideTests
{
    private const string Program = """
        using JustAlexNet.Training;
        using JustAlexNet.Inference;
        using JustAlexNet.Models;
        using JustAlexNet.Recipes;
        using JustAlexNet.Runs;
        using JustAlexNet.Settings;
        using static JustAlexNet.Recipes.CommonSettings;

        using var run = Run.Open(new Recipe(TrainSettings.Schema)
        {
            { DataFolder, args[0] }, { TrainSettings.Model, ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 64 }, { Epochs, 1 }, { Output, "first-steps" },
        });
        run.Execute();
        using var model = ModelFile.Open(run.Files.Best);
        foreach (var answer in new Predictor(model).Predict([args[1]], new() { TopK = 3 })) Console.WriteLine(string.Join('\n', answer.Predictions));
        """;

    private readonly PackedClone clone;

    public OutsideTests(PackedClone clone)
    {
        PackedClone.SkipElsewhere();
        this.clone = clone;
    }

    private static readonly string[] Arguments = ["--", Repository.At("samples", "clothing-mini"), Repository.At("samples", "test.png")];

    [Fact]
    public void Project_that_uses_the_packages_trains_and_predicts()
    {
        var folder = Project($"""
            <PackageReference Include="JustAlexNet" Version="{clone.Version}" />
            <PackageReference Include="libtorch-cpu-linux-x64" Version="{LibTorch}" />
            """, "consumer");
        Assert.Contains("shoes", clone.Dotnet(folder, ["run", "-c", "Release", .. Arguments]), StringComparison.Ordinal);
    }

    [Fact]
    public void Project_anywhere_that_refers_to_the_library_in_the_clone_trains_and_predicts()
    {
        var folder = Project($"""<ProjectReference Include="{Repository.At("src", "JustAlexNet", "JustAlexNet.csproj")}" />""", "elsewhere");
        Assert.Contains("shoes", clone.Dotnet(folder, ["run", "-c", "Release", clone.Artifacts, $"-p:Version={clone.Version}", .. Arguments]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_installs_trains_and_prints_commands_that_run()
    {
        var (tools, user) = (clone.Folder("tools"), clone.Folder("tool-user"));
        clone.Dotnet(user, "tool", "install", "JustAlexNet.Tool", "--tool-path", tools, "--version", clone.Version, "--configfile", clone.At("nuget.config"));
        Assert.Contains("shoes", clone.TrainAndPredict(user, Path.Combine(tools, "justalexnet")), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_folder_works_where_it_was_copied_to_without_clone_or_cache()
    {
        clone.Dotnet(Repository.Root, "publish", "src/JustAlexNet.Cli", "-c", "Release", "-r", "linux-x64", clone.Artifacts, $"-p:Version={clone.Version}");
        var copy = clone.At("a copy");
        Directory.Move(clone.At("out", "publish", "JustAlexNet.Cli", "release_linux-x64"), copy);
        Assert.Contains("shoes", clone.TrainAndPredict(clone.Folder("copy-user"), $"'{copy}/justalexnet'"), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(copy, "*.so", SearchOption.AllDirectories).Select(Path.GetFileName), name => name!.Contains("python", StringComparison.Ordinal) || name.Contains("_test", StringComparison.Ordinal));
        ServesWithoutLibTorch(copy);
    }

    // What the image for serving holds: a folder that stands alone, for a model that the other one made.
    private void ServesWithoutLibTorch(string trainer)
    {
        var (folder, user) = (clone.At("server"), clone.Folder("copy-user"));
        clone.Dotnet(Repository.Root, "publish", "src/JustAlexNet.Cli", "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:TorchBackend=none", "-o", folder, clone.Artifacts, $"-p:Version={clone.Version}");
        Assert.Empty(Directory.EnumerateFiles(folder, "libtorch*"));
        Assert.InRange(Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length), 1, 200 << 20);
        var said = clone.RunAlone(user, "/bin/bash", "-euc", $"""
            '{trainer}/justalexnet' export --output model.onnx
            '{folder}/justalexnet' serve model.onnx --http-port 0 --grpc-port 0 --metrics-port 0 --json > addresses.json &
            for i in $(seq 600); do grep -q rest addresses.json && break; sleep 0.1; done
            exec 3<> "/dev/tcp/127.0.0.1/$(grep -o '"http_port":[0-9]*' addresses.json | cut -d: -f2)"
            printf 'GET /v2/health/ready HTTP/1.0\r\n\r\n' >&3
            head -1 <&3
            kill %1
            wait %1
            echo 'and ended by itself'
            """);
        Assert.Contains("200 OK", said, StringComparison.Ordinal);
        Assert.EndsWith("and ended by itself\n", said, StringComparison.Ordinal);       // wait gives the server's exit code, and only 0 goes on
    }

    private static string LibTorch => File.ReadLines(Repository.At("Directory.Packages.props")).Single(line => line.Contains("\"libtorch-cpu-linux-x64\"", StringComparison.Ordinal)).Split('"')[3];

    private string Project(string references, string name)
    {
        File.WriteAllText(clone.At(name, "Program.cs"), Program);
        File.WriteAllText(clone.At(name, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
              </PropertyGroup>
              <ItemGroup>
                {references}
              </ItemGroup>
            </Project>
            """);
        return clone.At(name);
    }
}
