using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class DatasetDownloadTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Output => Path.Combine(scratch.Folder, "photos");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Address_becomes_photos_to_check()
    {
        var archive = Archive();
        var hash = Convert.ToHexStringLower(SHA256.HashData(archive));
        using var server = new LocalServer(LocalServer.File(archive));
        var answer = Here.Run("dataset", "download", server.At("mini.zip"), "--output", Output, "--sha256", hash.ToUpperInvariant());
        Assert.Equal((0, $"downloading {server.At("mini.zip")} ({archive.Length / 1e6:0.0} MB)\n"), (answer.Code, answer.Err));
        Assert.Equal([$"{Output}   18 photos of 3 classes; SHA-256 of the archive {hash}", $"next  justalexnet dataset check {Output}"], answer.Lines);
        var json = JsonDocument.Parse(Here.Run("dataset", "download", server.At("mini.zip"), "--output", scratch.At("again"), "--json").Out).RootElement;
        Assert.Equal((18, "sha256", hash), (json.GetProperty("files").GetInt32(), json.GetProperty("hash").GetProperty("kind").GetString(), json.GetProperty("hash").GetProperty("digits").GetString()));
    }

    [Fact]
    public void Name_says_its_licence_and_takes_no_other_file()
    {
        using var server = new LocalServer(LocalServer.File(Archive()));
        var answer = Here.Run("dataset", "download", "cifar10", "--mirror", server.At("mirror"), "--output", Output);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.StartsWith("note: licence of cifar10: none stated; to be cited: ", answer.Err, StringComparison.Ordinal);
        Assert.Contains(" bytes, expected 170,052,171: another file, or a page that asks to sign in.\n", answer.Err, StringComparison.Ordinal);
        Assert.Contains($"put it at {scratch.At("cifar-10-binary.tar.gz")} (SHA-256 begins c4a38c50), or name a place within reach with --mirror.", answer.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Wrong_values_are_refused_together()
    {
        Here.Run("dataset", "download", "imagenete", "--sha256", "abc", "--mirror", "x").IsBareRefusal(ExitCode.Usage,
            "error: SOURCE does not know 'imagenete': did you mean imagenette?", "  --sha256 is 'abc', expected 64 hexadecimal digits", "  --mirror is for a name; an address is taken as it is", "  See: justalexnet dataset download --help");
        Here.Run("dataset", "download", "cifar10", "--sha256", new string('a', 64)).IsBareRefusal(ExitCode.Usage, "error: --sha256 is for an address; that of cifar10 is known", "  See: justalexnet dataset download --help");
        Here.Run("dataset", "download", "ftp://x/a.zip", "--output", Output).IsBareRefusal(ExitCode.Failed,
            "error: 'ftp://x/a.zip' is no address that begins with https:// or http://, and no name of a data set.", "  Names: imagenette, imagenette-320, imagenette-160, tiny-imagenet, cifar10, flowers102.");
    }

    private byte[] Archive()
    {
        var file = scratch.At("source", "mini.zip");
        ZipFile.CreateFromDirectory(MiniPhotos.Make(scratch.At("source", "mini")), file, CompressionLevel.NoCompression, includeBaseDirectory: true);
        var archive = File.ReadAllBytes(file);
        Directory.Delete(scratch.At("source"), recursive: true);
        return archive;
    }
}
