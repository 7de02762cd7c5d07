using JustAlexNet.TestSupport;

namespace JustAlexNet.Files.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Two_writers_of_one_file_do_not_meet_and_the_last_to_end_wins()
    {
        var path = scratch.At("file");
        AtomicFile.Write(path, outer =>
        {
            outer.Write("out"u8);
            AtomicFile.Write(path, "inner");
            Assert.Equal("inner", File.ReadAllText(path));
            outer.Write("er"u8);
        });
        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Failure_of_one_writer_leaves_the_attempt_of_another()
    {
        var path = scratch.At("file");
        AtomicFile.Write(path, outer =>
        {
            Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => throw new IOException("no")));
            outer.Write("whole"u8);
        });
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Many_writers_at_once_leave_one_whole_file()
    {
        var path = scratch.At("file");
        var texts = Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 10_000)).ToArray();
        Parallel.ForEach(texts, new ParallelOptions { MaxDegreeOfParallelism = texts.Length }, text =>
        {
            for (var i = 0; i < 20; i++) AtomicFile.Write(path, text);
        });
        Assert.Contains(File.ReadAllText(path), texts);
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Attempt_of_a_killed_process_is_removed_and_files_of_others_are_not()
    {
        var path = scratch.At("model.pth");
        File.WriteAllText(path + ".k1ll3d00.justalexnet-attempt", "half");
        string[] others = [path + ".k1ll3d00.tmp", path + ".justalexnet-attempt", path + ".mine.justalexnet-attempt", scratch.At("another.pth.k1ll3d00.justalexnet-attempt")];
        foreach (var other in others) File.WriteAllText(other, "not ours");

        AtomicFile.Write(path, "new");

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(others.Append(path).Order(StringComparer.Ordinal), Directory.GetFiles(scratch.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Link_stays_a_link_and_what_it_points_to_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        File.CreateSymbolicLink(scratch.At("first"), "second");
        File.CreateSymbolicLink(scratch.At("second"), scratch.At("elsewhere", "real"));
        foreach (var text in new[] { "made", "replaced" })
        {
            AtomicFile.Write(scratch.At("first"), text);
            Assert.Equal(text, File.ReadAllText(scratch.At("elsewhere", "real")));
        }
        Assert.Equal("second", new FileInfo(scratch.At("first")).LinkTarget);
        Assert.NotNull(new FileInfo(scratch.At("second")).LinkTarget);
        Assert.Equal([scratch.At("elsewhere", "real")], Directory.GetFiles(scratch.At("elsewhere", "x")[..^2]));
    }
}
