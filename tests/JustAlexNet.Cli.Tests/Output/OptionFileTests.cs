using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class OptionFileTests
{
    [Fact]
    public void File_appears_when_it_is_complete()
    {
        using var scratch = new Scratch();
        var path = scratch.At("out.csv");
        using var file = new OptionFile(path, "--csv");
        file.Text.Write("a,b\n");
        Assert.False(File.Exists(path));
        file.Commit();
        Assert.Equal("a,b\n", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void File_given_up_leaves_the_older_one()
    {
        using var scratch = new Scratch();
        var path = scratch.At("out.csv");
        File.WriteAllText(path, "old");
        using (var file = new OptionFile(path, "--csv")) file.Text.Write("new");
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Link_stays_a_link_and_its_target_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("real.csv"), "old");
        File.CreateSymbolicLink(scratch.At("link.csv"), scratch.At("real.csv"));
        using (var file = new OptionFile(scratch.At("link.csv"), "--csv"))
        {
            file.Text.Write("new");
            file.Commit();
        }
        Assert.Equal("new", File.ReadAllText(scratch.At("real.csv")));
        Assert.NotNull(new FileInfo(scratch.At("link.csv")).LinkTarget);
    }

    [Fact]
    public void Device_is_written_to_and_not_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/null of Linux.");
        using (var file = new OptionFile("/dev/null", "--csv"))
        {
            file.Text.Write("gone");
            file.Commit();
        }
        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.False(File.Exists("/dev/null.tmp"));
    }
}
