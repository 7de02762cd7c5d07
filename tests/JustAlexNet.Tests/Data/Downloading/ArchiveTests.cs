using System.Formats.Tar;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class ArchiveTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly byte[] content = new byte[5000];

    public ArchiveTests() => new Random(3).NextBytes(content);

    private string Folder => Directory.CreateDirectory(scratch.At("out")).FullName;

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string> Kinds => ["zip", "tar", "tar.gz"];

    [Theory, MemberData(nameof(Kinds))]
    public void Files_and_folders_come_out_as_they_went_in(string kind)
    {
        Unpack(Made(kind, ("a/b/c.jpg", content), ("./a/d.txt", [1]), ("e", [])));
        Assert.Equal(["a", "a/b", "a/b/c.jpg", "a/d.txt", "e"], Entries());
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Folder, "a", "b", "c.jpg")));
    }

    [Theory]
    [InlineData("../up.txt"), InlineData("/etc/up.txt"), InlineData("a/../../up.txt"), InlineData("a/..\\..\\up.txt"), InlineData("..\\up.txt"), InlineData("..")]
    public void Path_that_leads_out_is_refused(string name)
    {
        foreach (var kind in Kinds)
            Assert.Contains("leads out of the folder.\nNothing of it was kept.", Refusal(Made(kind.Data, (name, content))), StringComparison.Ordinal);
        Assert.Equal(["archive", "out"], Directory.EnumerateFileSystemEntries(scratch.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_and_devices_are_refused()
    {
        Assert.Contains("link is a link", Refusal(Archives.Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc/passwd" })), StringComparison.Ordinal);
        Assert.Contains("link is a link", Refusal(Archives.Tar(Archives.File("a", content), new PaxTarEntry(TarEntryType.HardLink, "link") { LinkName = "a" })), StringComparison.Ordinal);
        Assert.Contains("pipe is no file and no folder (Fifo)", Refusal(Archives.Tar(new PaxTarEntry(TarEntryType.Fifo, "pipe"))), StringComparison.Ordinal);
        Assert.Contains("link is a link", Refusal(Archives.Zip([("link", Archives.Text("/etc/passwd"))], unchecked((int)0xA1FF0000))), StringComparison.Ordinal);
        Assert.DoesNotContain("link", Entries());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Name_twice_is_refused_whatever_it_is(string kind)
    {
        Assert.Contains("a is in it twice", Refusal(Made(kind, ("a", content), ("./a", [1]))), StringComparison.Ordinal);
        Assert.Contains("b is a file in it and a folder", Refusal(Made(kind, ("b", content), ("b/c", [1]))), StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(Folder, "a")));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void More_than_is_allowed_is_refused_wherever_it_is_hidden(string kind)
    {
        var limits = new UnpackLimits { MaxEntries = 3, FreeBytes = 100_000, MaxRatio = 10 };
        Assert.Contains("it holds more than 3 files and folders", Refusal(Made(kind, ("a", [1]), ("b", [1]), ("c", [1]), ("d", [1])), limits), StringComparison.Ordinal);
        if (kind != "tar") Assert.Contains(": no photos do", Refusal(Made(kind, ("zeros", new byte[500_000])), limits), StringComparison.Ordinal);
        Assert.Contains("that are free where it is to go", Refusal(Made(kind, ("e", content)), limits, free: 4000), StringComparison.Ordinal);
        Assert.Contains("is a path of 1,501 characters", Refusal(Made(kind, (string.Join('/', Enumerable.Repeat("xx", 500)) + "/x", [1]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_that_become_no_file_count_too()
    {
        var entry = new PaxTarEntry(TarEntryType.RegularFile, "b", new Dictionary<string, string> { ["comment"] = new string('x', 2_000_000) }) { DataStream = new MemoryStream([1]) };
        Assert.Contains("no photos do", Refusal(Archives.Gzip(Archives.Tar(entry)), new UnpackLimits { FreeBytes = 1_000_000, MaxRatio = 10 }), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Damage_is_an_error_and_never_another(string kind)
    {
        var whole = Made(kind, [.. Enumerable.Range(0, 20).Select(i => ($"a/{i}.bin", content))]);
        var random = new Random(11);        // the archive differs from run to run by its time
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])whole.Clone();
            if (i % 3 == 0) damaged = damaged[..random.Next(1, damaged.Length)];
            else for (var flip = 0; flip < 1 + i % 7; flip++) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Directory.Delete(Folder, recursive: true);
            try
            {
                Unpack(damaged);
            }
            catch (DataException)
            {
                refused++;
            }
            Assert.Equal(["archive", "out"], Directory.EnumerateFileSystemEntries(scratch.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        }
        Assert.InRange(refused, 50, 300);
    }

    [Fact]
    public void What_is_no_archive_says_what_it_looks_like()
    {
        Assert.Contains("it is neither a zip nor a tar archive.", Refusal(content), StringComparison.Ordinal);
        Assert.Contains("but a page for a browser: perhaps one that asks to sign in", Refusal(Archives.Text("<!doctype html><p>Sign in</p>")), StringComparison.Ordinal);
        Assert.Contains("it is neither", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("it is empty", Refusal(Archives.Gzip(new byte[1024])), StringComparison.Ordinal);
    }

    private static byte[] Made(string kind, params (string, byte[])[] entries) => kind switch { "zip" => Archives.Zip(entries), "tar" => Archives.Tar(entries), _ => Archives.Gzip(Archives.Tar(entries)) };

    private void Unpack(byte[] archive, UnpackLimits? limits = null, long? free = null)
    {
        File.WriteAllBytes(scratch.At("archive"), archive);
        new Archive(scratch.At("archive"), Folder, limits ?? new(), free).Unpack(null, CancellationToken.None);
    }

    private string Refusal(byte[] archive, UnpackLimits? limits = null, long? free = null) => Assert.Throws<DataException>(() => Unpack(archive, limits, free)).Message;

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
