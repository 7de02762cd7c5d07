using System.Security.Cryptography;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class DataDownloadTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly byte[] archive = Archives.Gzip(Archives.Tar(Archives.Photos("imagenette2/")));

    private string Output => Path.Combine(scratch.Folder, "data", "photos");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Archive_becomes_a_folder_to_learn_from_and_nothing_is_left_beside_it()
    {
        using var server = new LocalServer(LocalServer.File(archive));
        var fetched = DataDownload.Run(server.At("imagenette2.tgz"), Output, Quick());
        Assert.Equal((Output, server.At("imagenette2.tgz"), Sha256(archive)), (fetched.Output, fetched.Address, fetched.Hash));
        Assert.Equal([("dress", 5), ("hat", 5)], fetched.Classes.Select(found => (found.Name, found.Count)));
        Assert.Equal(6, ImageFolder.Open(Output).Training.Count);
        Assert.Equal([Output], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Output)!));
    }

    [Theory]
    [InlineData("", "train", "val"), InlineData("a/b/", "train", "val"), InlineData("train/", "train")]
    public void Folders_that_all_of_it_lies_in_fall_away_but_not_parts(string folder, params string[] expected)
    {
        using var server = new LocalServer(LocalServer.File(Archives.Zip([.. Archives.Photos(folder), ("__MACOSX/._a.jpg", [1])])));
        DataDownload.Run(server.At("photos.zip"), Output, Quick());
        Assert.Equal(expected, Directory.GetDirectories(Output).Select(path => Path.GetFileName(path)).Where(name => name != "__MACOSX").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_address_that_has_nothing_leaves_nothing()
    {
        using var server = new LocalServer(LocalServer.Status("404 Not Found"));
        var refusal = Assert.Throws<DataException>(() => DataDownload.Run(server.At("none.zip"), Output, Quick(attempts: 1) with { Hash = new(HashKind.Sha256, new string('a', 64)) })).Message;
        Assert.StartsWith($"cannot download {server.At("none.zip")}: the server answered 404", refusal, StringComparison.Ordinal);
        Assert.EndsWith("\nLook whether the address and the hash are right; the same command goes on where it broke.", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Folder));
    }

    [Fact]
    public void Broken_connection_and_another_day_go_on_where_it_broke()
    {
        using var server = new LocalServer(LocalServer.CutOff(archive, 5000, "\"v\""), LocalServer.Version(archive, "\"v\""));
        var broken = Assert.Throws<DataException>(() => DataDownload.Run(server.Address, Output, Quick(attempts: 1))).Message;
        Assert.StartsWith($"cannot download {server.Address}: the response ended prematurely", broken, StringComparison.Ordinal);
        Assert.EndsWith("\nLook whether the address is right; the same command goes on where it broke.", broken, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
        DataDownload.Run(server.Address, Output, Quick(attempts: 1));
        Assert.Equal(["/weights.pth", "/weights.pth from 5000"], server.Requests);
    }

    [Fact]
    public void Hash_that_is_another_is_refused_and_what_came_is_gone()
    {
        using var server = new LocalServer(LocalServer.File(archive));
        var refusal = Assert.Throws<DataException>(() => DataDownload.Run(server.At("a.tgz"), Output, Quick() with { Hash = new(HashKind.Sha256, new string('0', 64)) })).Message;
        Assert.Contains($"what came has the SHA-256 {Sha256(archive).Digits[..8]}..., expected 00000000...; it was deleted.", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Folder));
        Assert.Equal(5, DataDownload.Run(server.At("a.tgz"), Output, Quick() with { Hash = Sha256(archive) }).Classes[0].Count);
    }

    [Fact]
    public void Hostile_archive_leaves_no_folder_and_is_not_fetched_twice()
    {
        using var server = new LocalServer(LocalServer.File(Archives.Zip([.. Archives.Photos(""), ("../up.jpg", [1])])));
        Assert.Contains("leads out of the folder", Assert.Throws<DataException>(() => DataDownload.Run(server.At("a.zip"), Output, Quick())).Message, StringComparison.Ordinal);
        Assert.Contains("leads out of the folder", Assert.Throws<DataException>(() => DataDownload.Run(server.At("a.zip"), Output, Quick())).Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.StartsWith("a.zip.", Path.GetFileName(Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Output)!))), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_set_of_the_table_is_checked_by_its_hash_and_taken_where_it_was_put_by_hand()
    {
        var set = new KnownDataSet("mini", "", 10, "none", [new("http://127.0.0.1:9/none/mini.tgz", archive.Length, Md5(archive))]);
        Assert.Contains($"Fetch it by hand and put it at {scratch.At("data", "mini.tgz")} (MD5 begins {Md5(archive).Digits[..8]}), or name a place within reach with `mirror`.", Assert.Throws<DataException>(() => DataDownload.Run(set, Output, Quick())).Message, StringComparison.Ordinal);
        using var server = new LocalServer(LocalServer.File(archive));
        Assert.Equal(Md5(archive), DataDownload.Run(set, Output, Quick() with { Mirror = server.At("mirror/") }).Hash);
        Assert.Equal(["/mirror/mini.tgz"], server.Requests);
        Directory.Delete(Output, recursive: true);
        File.WriteAllBytes(scratch.At("data", "mini.tgz"), archive);
        DataDownload.Run(set, Output, Quick());
        Assert.Equal(archive, File.ReadAllBytes(scratch.At("data", "mini.tgz")));      // not ours to remove
    }

    [Fact]
    public void Files_that_belong_to_the_archive_reach_its_conversion()
    {
        var contents = new Dictionary<string, byte[]> { ["a.zip"] = Archives.Zip(("top/x/1.bin", [1])), ["names.txt"] = Archives.Text("cat") };
        using var server = new LocalServer(LocalServer.Files(contents));
        var set = new KnownDataSet("odd", "", 1, "none", [.. contents.Select(file => new DataSetFile(server.At(file.Key), file.Value.Length, Md5(file.Value)))])
        {
            Conversion = (unpacked, others, folder, _, _) =>
            {
                Assert.Equal("cat", File.ReadAllText(others["names.txt"]));
                File.Copy(Path.Combine(unpacked, "1.bin"), Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "train")).FullName, "made.bin"));
            },
        };
        var fetched = DataDownload.Run(set, Output, Quick());
        Assert.Equal([Path.Combine(Output, "train", "made.bin")], Directory.GetFiles(Output, "*", SearchOption.AllDirectories));
        Assert.Empty(fetched.Classes);
        Assert.NotEmpty(fetched.Notes);
        Assert.Equal([Output], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Output)!));
    }

    [Fact]
    public void Place_that_is_taken_or_too_small_is_refused_before_anything_is_fetched()
    {
        using var server = new LocalServer(LocalServer.File(archive));
        File.WriteAllText(scratch.At("data", "photos", "mine"), "x");
        Assert.StartsWith($"`output` {Output} is not empty", Assert.Throws<DataException>(() => DataDownload.Run(server.Address, Output, Quick())).Message, StringComparison.Ordinal);
        var set = new KnownDataSet("mini", "", 10, "none", [new(server.At("mini.tgz"), 1L << 40, Md5(archive))]);
        Assert.StartsWith("the archive and what it holds take about 2048.0 GiB in ", Assert.Throws<DataException>(() => DataDownload.Run(set, scratch.At("new"), Quick() with { FreeIn = _ => 1 << 30 })).Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.StartsWith("'photos' is no address that begins with https:// or http://, and no name of a data set.", Assert.Throws<DataException>(() => DataDownload.Run("photos", scratch.At("new"), Quick())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.org/x/imagenette2.tgz", "imagenette2"), InlineData("https://a.org/photos.tar.gz?raw=1", "photos"), InlineData("https://a.org/download", "download-photos"), InlineData("https://a.org/", "archive-photos"), InlineData("https://a.org/..%2F..%2Fx.zip", "x")]
    public void Folder_without_a_name_takes_that_of_the_archive(string address, string expected) => Assert.Equal(expected, DataDownload.FolderOf(address));

    [Fact]
    public void Table_is_whole()
    {
        Assert.All(KnownDataSets.All, set =>
        {
            Assert.Same(set, KnownDataSets.Find(set.Name));
            Assert.All(set.Files, file => Assert.Equal(file.Hash.Kind == HashKind.Md5 ? 32 : 64, file.Hash.Digits.Length));
            Assert.All(set.Files, file => Assert.True(file.Hash.Digits.All(char.IsAsciiHexDigitLower) && Uri.IsWellFormedUriString(file.Address, UriKind.Absolute)));
        });
        Assert.Equal(KnownDataSets.All.Count, KnownDataSets.All.Select(set => set.Name).Distinct().Count());
    }

    private static FileHash Sha256(byte[] content) => new(HashKind.Sha256, Convert.ToHexStringLower(SHA256.HashData(content)));

    private static FileHash Md5(byte[] content) => new(HashKind.Md5, FileHash.Of(HashKind.Md5, new MemoryStream(content), CancellationToken.None));

    private static DataDownloadOptions Quick(int attempts = 3) => new() { Download = new() { Attempts = attempts, Pause = TimeSpan.Zero, StallTimeout = TimeSpan.FromSeconds(5) } };
}
