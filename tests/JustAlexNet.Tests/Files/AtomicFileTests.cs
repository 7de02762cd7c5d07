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
    public void Shared_file_is_the_same_bytes_until_one_of_the_two_is_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it is a copy at once.");
        var (one, two) = (scratch.At("one"), scratch.At("two"));
        AtomicFile.Write(one, "first");
        AtomicFile.Write(two, "older");
        AtomicFile.Share(one, two);
        using (var file = new FileStream(one, FileMode.Open)) file.Write("F"u8);
        Assert.Equal("First", File.ReadAllText(two));
        AtomicFile.Share(one, two);     // once more: nothing to do
        AtomicFile.Write(one, "second");
        Assert.Equal(("second", "First"), (File.ReadAllText(one), File.ReadAllText(two)));
        Assert.Equal([one, two], Directory.GetFiles(scratch.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shared_file_that_is_a_link_by_name_shares_what_it_points_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        File.WriteAllText(scratch.At("real"), "content");
        File.CreateSymbolicLink(scratch.At("link"), "real");
        AtomicFile.Share(scratch.At("link"), scratch.At("other"));
        AtomicFile.Write(scratch.At("link"), "new");
        Assert.Null(new FileInfo(scratch.At("other")).LinkTarget);
        Assert.Equal(("new", "content"), (File.ReadAllText(scratch.At("real")), File.ReadAllText(scratch.At("other"))));
    }

    [Fact]
    public void Sharing_with_a_folder_or_of_nothing_is_refused_and_leaves_nothing()
    {
        Directory.CreateDirectory(scratch.At("folder"));
        File.WriteAllText(scratch.At("file"), "content");
        Assert.Throws<IOException>(() => AtomicFile.Share(scratch.At("file"), scratch.At("folder")));
        Assert.Throws<FileNotFoundException>(() => AtomicFile.Share(scratch.At("nothing"), scratch.At("other")));
        Assert.Equal([scratch.At("file")], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void What_is_done_before_the_new_content_takes_its_place_sees_the_old_one()
    {
        var path = scratch.At("file");
        AtomicFile.Write(path, "old");
        AtomicFile.Write(path, file => file.Write("new"u8), () => Assert.Equal("old", File.ReadAllText(path)));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Throws<IOException>(() => AtomicFile.Write(path, file => file.Write("newer"u8), () => throw new IOException("no")));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
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
