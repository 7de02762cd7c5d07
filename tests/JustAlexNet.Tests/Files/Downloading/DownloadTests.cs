using JustAlexNet.TestSupport;

namespace JustAlexNet.Files.Tests;

/// <summary>A file of which nothing is known; what is known of one is tested where weights are fetched.</summary>
public sealed class DownloadTests : IDisposable
{
    private const string Tag = "\"v1\"";

    private readonly Scratch scratch = new();
    private readonly byte[] content = new byte[300_000];

    public DownloadTests() => new Random(7).NextBytes(content);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Rest_is_fetched_where_the_server_has_the_same_version()
    {
        using var server = new LocalServer(LocalServer.CutOff(content, 100_000, Tag), LocalServer.Version(content, Tag));
        await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server, attempts: 1));
        Assert.Equal(Tag, File.ReadAllText(scratch.At("file.part.version")));

        await Fetch(server, attempts: 1);

        Assert.Equal(["/weights.pth", "/weights.pth from 100000"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(scratch.At("file")));
        Assert.Equal(["file"], Directory.GetFiles(scratch.Folder).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public async Task File_that_has_changed_meanwhile_is_fetched_anew()
    {
        byte[] changed = [.. content.Reverse()];
        using var server = new LocalServer(LocalServer.CutOff(content, 100_000, Tag), LocalServer.Version(changed, "\"v2\""));

        await Fetch(server, attempts: 2);

        Assert.Equal(changed, File.ReadAllBytes(scratch.At("file")));
    }

    [Fact]
    public async Task Beginning_of_no_known_version_is_fetched_anew()
    {
        using var server = new LocalServer(LocalServer.CutOff(content, 100_000), LocalServer.File(content));

        await Fetch(server, attempts: 2);

        Assert.Equal(["/weights.pth", "/weights.pth"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(scratch.At("file")));
    }

    [Fact]
    public async Task Server_that_sends_more_than_is_taken_is_stopped()
    {
        using var server = new LocalServer(LocalServer.WithoutLength(content));
        var fault = await Assert.ThrowsAsync<DownloadFault>(() => Fetch(server, attempts: 1, most: 200_000));
        Assert.Equal("the server sends more than 200,000 bytes: another file.", fault.Message);
    }

    private async Task<string> Fetch(LocalServer server, int attempts, long most = 1 << 20)
    {
        using var download = new Download(new Uri(server.Address), scratch.At("file"), new RemoteFile(null, null, most), new DownloadOptions { Attempts = attempts, Pause = TimeSpan.Zero, StallTimeout = TimeSpan.FromSeconds(5) });
        return await download.RunAsync(TestContext.Current.CancellationToken);
    }
}
