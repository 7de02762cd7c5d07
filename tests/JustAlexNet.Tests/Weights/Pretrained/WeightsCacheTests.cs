using System.Security.Cryptography;
using JustAlexNet.Files;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Pretrained.Tests;

public sealed class WeightsCacheTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly byte[] content = new byte[300_000];
    private readonly PretrainedFile file;
    private readonly List<DownloadProgress> progress = [];

    public WeightsCacheTests()
    {
        new Random(5).NextBytes(content);
        file = new PretrainedFile("resnet18", "weights.pth", content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), 0.7, 0.9);
    }

    private string Target => scratch.At("cache", "weights.pth");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void File_is_downloaded_once_and_then_taken_from_the_cache()
    {
        using var server = new LocalServer(LocalServer.File(content));

        var (path, hash, notes) = Fetch(server.Address);
        var again = Fetch(server.Address);

        Assert.Equal((Target, file.Sha256), (path, hash));
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Empty(notes);
        Assert.Equal((path, hash), (again.Path, again.Sha256));
        Assert.Equal(["/weights.pth"], server.Requests);
        Assert.Equal(content.Length, progress[^1].Done);
        Assert.All(progress, p => Assert.Equal(content.Length, p.Total));
        Assert.Equal([Target], Directory.GetFiles(scratch.At("cache")));
    }

    [Fact]
    public void Eight_digits_of_the_hash_and_no_length_are_enough_to_tell_the_file()
    {
        using var server = new LocalServer(LocalServer.WithoutLength(content));

        var (path, hash, _) = Fetch(server.Address, file with { Bytes = null, Sha256 = file.Sha256[..8] });

        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(file.Sha256, hash);
    }

    [Fact]
    public void Connection_that_breaks_is_resumed_where_it_broke()
    {
        using var server = new LocalServer(LocalServer.CutOff(content, 100_000), LocalServer.File(content));

        Fetch(server.Address);

        Assert.Equal(["/weights.pth", "/weights.pth from 100000"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Attempt_of_another_day_is_continued()
    {
        using (var first = new LocalServer(LocalServer.CutOff(content, 50_000)))
            Assert.Contains("the response ended prematurely", Refusal(first.Address, attempts: 1).Message, StringComparison.Ordinal);
        using var second = new LocalServer(LocalServer.File(content));

        Fetch(second.Address);

        Assert.Equal(["/weights.pth from 50000"], second.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Server_that_ignores_the_range_is_read_from_the_start()
    {
        using var server = new LocalServer(LocalServer.CutOff(content, 100_000), LocalServer.WholeFile(content));

        Fetch(server.Address);

        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Rest_that_does_not_fit_its_beginning_is_fetched_anew_once()
    {
        File.WriteAllBytes(scratch.At("cache", "weights.pth.part"), new byte[100_000]);
        using var server = new LocalServer(LocalServer.File(content));

        Fetch(server.Address);

        Assert.Equal(["/weights.pth from 100000", "/weights.pth"], server.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Server_that_stalls_is_left_after_the_time_and_asked_again()
    {
        using var server = new LocalServer(LocalServer.Stall(content, 100_000), LocalServer.File(content));

        var error = Refusal(server.Address, attempts: 1);

        Assert.StartsWith($"cannot download {server.Address}: nothing came for 0.4 seconds.\n", error.Message, StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(Target + ".part").Length);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Redirect_is_followed()
    {
        using var home = new LocalServer(LocalServer.File(content));
        using var server = new LocalServer(LocalServer.Redirect(home.Address.Replace("weights", "elsewhere", StringComparison.Ordinal)));

        Fetch(server.Address);

        Assert.Equal(["/elsewhere.pth"], home.Requests);
        Assert.Equal(content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void Redirect_in_a_circle_is_an_error()
    {
        LocalServer? server = null;
        using (server = new LocalServer((request, stream) => LocalServer.Redirect(server!.Address)(request, stream)))
            Assert.Contains("the server answered 302 Found.", Refusal(server.Address).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_file_is_asked_for_once_and_the_error_says_what_to_do()
    {
        using var server = new LocalServer(LocalServer.Status("404 Not Found"));

        var error = Refusal(server.Address);

        Assert.Equal(
            $"cannot download {server.Address}: the server answered 404 Not Found.\n  Fetch it by hand and put it at {Target} (SHA-256 begins {file.Sha256[..8]}),\n" +
            "  or name a place within reach: `weights_url` ADDRESS, or JUSTALEXNET_MIRROR=ADDRESS of a folder that has it.", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Server_in_trouble_is_asked_again()
    {
        using var server = new LocalServer(LocalServer.Status("503 Service Unavailable"), LocalServer.File(content));

        Fetch(server.Address);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public void Wrong_bytes_are_deleted_and_never_take_the_files_name()
    {
        using var server = new LocalServer(LocalServer.File(new byte[content.Length]));

        var error = Refusal(server.Address);

        Assert.Contains($"what came has the SHA-256 {Convert.ToHexStringLower(SHA256.HashData(new byte[content.Length]))[..8]}..., expected {file.Sha256[..8]}...; it was deleted.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scratch.At("cache")));
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(299_999)]
    [InlineData(300_001)]
    public void File_of_another_length_is_refused_before_it_is_fetched(int length)
    {
        using var server = new LocalServer(LocalServer.File(new byte[length]));

        Assert.Contains($"the server has {length:N0} bytes, expected 300,000: another file, or a page that asks to sign in.", Refusal(server.Address).Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Server_that_sends_on_and_on_is_stopped_at_the_files_length()
    {
        using var server = new LocalServer(LocalServer.WithoutLength([.. content, .. new byte[1_000_000]]));

        Assert.Contains("the server sends more than 300,000 bytes: another file.", Refusal(server.Address).Message, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Target + ".part").Length, 0, 300_000);
    }

    [Fact]
    public void No_network_is_said_at_once()
    {
        string address;
        using (var gone = new LocalServer(LocalServer.Status("500 no"))) address = gone.Address;

        var error = Refusal(address);

        Assert.StartsWith($"cannot download {address}: connection refused", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"Fetch it by hand and put it at {Target} (SHA-256 begins {file.Sha256[..8]})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_in_the_cache_of_PyTorch_is_taken_without_the_network()
    {
        var there = scratch.At("torch", "hub", "checkpoints", "weights.pth");
        File.WriteAllBytes(there, content);

        Assert.Equal(there, Fetch("http://127.0.0.1:1/none").Path);
    }

    [Fact]
    public void Damaged_file_in_a_cache_is_passed_over_and_said()
    {
        var there = scratch.At("torch", "hub", "checkpoints", "weights.pth");
        File.WriteAllBytes(there, new byte[10]);
        using var server = new LocalServer(LocalServer.File(content));

        var (path, _, notes) = Fetch(server.Address);

        Assert.Equal(Target, path);
        Assert.StartsWith($"{there} is not the file that was published (SHA-256 ", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(10, new FileInfo(there).Length);
    }

    [Fact]
    public void Mirror_is_a_folder_of_such_files()
    {
        using var server = new LocalServer(LocalServer.File(content));

        Fetch(null, mirror: server.Address.Replace("/weights.pth", "/models/", StringComparison.Ordinal));

        Assert.Equal(["/models/weights.pth"], server.Requests);
    }

    [Fact]
    public void Address_that_is_none_is_refused_with_its_origin()
    {
        Assert.Equal(
            "`weights_url` is 'resnet18.pth', expected an address that begins with https:// or http://.\n  A file that is here already is named with `pretrained` FILE.",
            Refusal("resnet18.pth").Message);
        Assert.StartsWith("JUSTALEXNET_MIRROR is 'ftp://x/weights.pth'", Assert.Throws<WeightsException>(() => Fetch(null, mirror: "ftp://x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_download_keeps_what_has_arrived()
    {
        using var server = new LocalServer(LocalServer.Stall(content, 100_000));
        using var stop = new CancellationTokenSource();
        var options = Options(server.Address, attempts: 3) with { StallTimeout = TimeSpan.FromSeconds(10), Progress = _ => stop.Cancel() };

        Assert.ThrowsAny<OperationCanceledException>(() => new WeightsCache(options).Fetch(file, stop.Token));

        Assert.InRange(new FileInfo(Target + ".part").Length, 1, 100_000);
    }

    [Fact]
    public void Folder_that_cannot_be_written_is_an_error_that_names_it()
    {
        File.WriteAllText(scratch.At("cache"), "a file");
        Assert.Contains("or name another folder with JUSTALEXNET_CACHE.", Refusal("http://127.0.0.1:1/x").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JUSTALEXNET_CACHE=/a", "/a", "*/torch/hub/checkpoints")]
    [InlineData("XDG_CACHE_HOME=/b", "/b/justalexnet", "/b/torch/hub/checkpoints")]
    [InlineData("TORCH_HOME=/c", "*/.cache/justalexnet", "/c/hub/checkpoints")]
    public void Folders_follow_the_environment(string variable, string own, string torch)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the paths are those of Unix");
        var cache = new WeightsCache(new DownloadOptions { Environment = name => variable.StartsWith(name + "=", StringComparison.Ordinal) ? variable[(name.Length + 1)..] : null });

        Assert.EndsWith(own.TrimStart('*'), cache.Folder, StringComparison.Ordinal);
        Assert.EndsWith(torch.TrimStart('*'), cache.FolderOfPyTorch, StringComparison.Ordinal);
        Assert.Equal(!own.StartsWith('*'), cache.Folder == own);
        Assert.Equal(!torch.StartsWith('*'), cache.FolderOfPyTorch == torch);
    }

    private WeightsException Refusal(string address, int attempts = 3) => Assert.Throws<WeightsException>(() => new WeightsCache(Options(address, attempts)).Fetch(file, CancellationToken.None));

    private (string Path, string Sha256, IReadOnlyList<string> Notes) Fetch(string? address, PretrainedFile? other = null, string? mirror = null) =>
        new WeightsCache(Options(address, attempts: 3, mirror)).Fetch(other ?? file, CancellationToken.None);

    private DownloadOptions Options(string? address, int attempts, string? mirror = null) => new()
    {
        Address = address,
        Attempts = attempts,
        Pause = TimeSpan.Zero,
        StallTimeout = TimeSpan.FromSeconds(0.4),
        Progress = progress.Add,
        Environment = name => name switch
        {
            "JUSTALEXNET_CACHE" => Path.Combine(scratch.Folder, "cache"),
            "TORCH_HOME" => Path.Combine(scratch.Folder, "torch"),
            "JUSTALEXNET_MIRROR" => mirror,
            _ => null,
        },
    };
}
