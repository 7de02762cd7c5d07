using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Serving.Http;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Deploy.Tests;

/// <summary>The serving image knows the command's options, ports and files. That it builds and serves is tried by <c>campaigns/deploy-debian.sh</c>.</summary>
public sealed class ServingImageTests
{
    [Fact]
    public void Image_starts_the_server_with_options_that_it_has_and_asks_for_keys()
    {
        var parsed = ServingImage.Parse(ServingImage.Words("CMD"));
        Assert.Equal("/models", parsed.GetValue<string?>("--model-repository"));
        Assert.Equal(("0.0.0.0", "/run/secrets/api-keys", false), (parsed.GetValue<string>("--host"), parsed.GetValue<string?>("--api-key-file"), parsed.GetValue<bool>("--no-auth")));
        Assert.Equal("auto", parsed.GetValue<string>("--grpc-port"));
    }

    [Fact]
    public void Image_opens_the_ports_that_the_command_has_unless_told_otherwise() =>
        Assert.Equal(string.Join(' ', ServingImage.Ports), ServingImage.Only("EXPOSE"));

    [Fact]
    public void Image_runs_without_roots_rights_and_ends_by_the_signal_that_drains()
    {
        Assert.All(ServingImage.Only("USER").Split(':'), id => Assert.True(int.Parse(id, CultureInfo.InvariantCulture) > 0));        // numbers, or Kubernetes cannot tell that it is not root
        Assert.Equal("SIGTERM", ServingImage.Only("STOPSIGNAL"));
    }

    [Fact]
    public void Image_keeps_what_would_write_or_call_home_off() =>
        Assert.Equal(["DOTNET_EnableDiagnostics=0", "ORT_DISABLE_TELEMETRY=1"], ServingImage.Only("ENV").Split(' '));

    [Fact]
    public void Build_reads_files_that_are_there()
    {
        var wanted = File.ReadLines(Path.Combine(ServingImage.Folder, "Dockerfile.dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        Assert.All(wanted, name => Assert.NotEmpty(Directory.GetFileSystemEntries(Repository.Root, name)));
        Assert.All(["src", ".editorconfig", "global.json", "nuget.config"], name => Assert.Contains(name, wanted));       // without .editorconfig the analysers have other rules, and the build fails
        Assert.All(ServingImage.Instructions.Where(i => i.Word == "COPY" && !i.Text.StartsWith("--", StringComparison.Ordinal) && i.Text != ". .").SelectMany(i => i.Text.Split(' ')[..^1]), name => Assert.Contains(name, wanted));
        Assert.Contains(ServingImage.Instructions, i => i.Word == "RUN" && i.Text.Contains("-p:TorchBackend=none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_check_is_passed_by_a_server_that_is_ready_and_by_no_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the image's check is for bash");
        var check = ServingImage.Words("HEALTHCHECK");
        Assert.Contains($"/{ServingImage.Ports[2]} ", check[^1], StringComparison.Ordinal);
        await using var scratch = new Keys();
        int port;
        await using (var server = await TestServer.StartAsync(new HttpOptions { ApiKeyFile = scratch.File }))
        {
            port = server.Host.MetricsAddress.Port;
            Assert.Equal(0, await RunAsync(check, port));
            await server.Host.Models.DrainAsync(TimeSpan.FromSeconds(10));
            Assert.NotEqual(0, await RunAsync(check, port));        // it listens still, and is not ready any more
        }
        Assert.NotEqual(0, await RunAsync(check, port));
    }

    private static async Task<int> RunAsync(string[] check, int port)
    {
        using var process = Process.Start(new ProcessStartInfo(check[0], [.. check[1..^1], check[^1].Replace($"/{ServingImage.Ports[2]} ", $"/{port} ", StringComparison.Ordinal)]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>A file of keys.</summary>
    private sealed class Keys : IAsyncDisposable
    {
        private readonly Scratch scratch = new();

        public Keys() => System.IO.File.WriteAllText(File, "shop:first-key\n");

        public string File => scratch.At("keys.txt");

        public ValueTask DisposeAsync()
        {
            scratch.Dispose();
            return default;
        }
    }
}
