using JustAlexNet.TestSupport;

namespace JustAlexNet.Files.Tests;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Target => Path.Combine(scratch.Folder, "made", "here");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Folder_is_there_when_it_is_whole_and_not_before()
    {
        using (var folder = new AtomicFolder(Target))
        {
            Fill(folder);
            Assert.False(Directory.Exists(Target));
            folder.Commit();
        }
        Assert.Equal(["a", "b"], Names(Target));
        Assert.Equal(["here"], Names(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public void Empty_folder_is_filled_where_it_stands()
    {
        Directory.CreateDirectory(Target);
        using (var folder = new AtomicFolder(Target + "/"))
        {
            Fill(folder);
            Assert.StartsWith(Target + "/.", folder.Attempt, StringComparison.Ordinal);
            folder.Commit();
        }
        Assert.Equal(["a", "b"], Names(Target));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_comes_to_nothing_leaves_nothing(bool isThere)
    {
        if (isThere) Directory.CreateDirectory(Target);
        using (var folder = new AtomicFolder(Target)) Fill(folder);
        Assert.Equal(isThere ? ["made"] : [], Names(scratch.Folder));
        if (isThere) Assert.Empty(Names(Target));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Attempt_of_a_killed_process_is_removed_and_one_that_is_filled_is_not(bool isThere)
    {
        if (isThere) Directory.CreateDirectory(Target);
        using var living = new AtomicFolder(Target);
        Fill(living);
        var left = Directory.CreateDirectory(living.Attempt.Replace(Path.GetFileName(living.Attempt), isThere ? ".k1ll3d00.justalexnet-attempt" : "here.k1ll3d00.justalexnet-attempt", StringComparison.Ordinal)).FullName;
        File.WriteAllText(Path.Combine(left, "half"), "");
        Assert.True(AtomicFolder.IsFree(Target));

        using (new AtomicFolder(Target)) { }

        Assert.False(Directory.Exists(left));
        Assert.True(File.Exists(Path.Combine(living.Attempt, "a")));
    }

    [Fact]
    public void Place_with_something_in_it_is_taken()
    {
        Directory.CreateDirectory(Target);
        Assert.True(AtomicFolder.IsFree(Target));
        File.WriteAllText(Path.Combine(Target, "a"), "");
        Assert.False(AtomicFolder.IsFree(Target));
        Assert.False(AtomicFolder.IsFree(Path.Combine(Target, "a")));
        Assert.Throws<IOException>(() => new AtomicFolder(Target));
        File.CreateSymbolicLink(scratch.At("nowhere"), scratch.At("none"));
        Assert.False(AtomicFolder.IsFree(scratch.At("nowhere")));
        Assert.Equal(["a"], Names(Target));
    }

    private static void Fill(AtomicFolder folder)
    {
        File.WriteAllText(Path.Combine(folder.Attempt, "a"), "1");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Attempt, "b")).FullName, "c"), "2");
    }

    private static string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
