using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Imaging;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class DatasetTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Show_draws_photos_of_every_class_and_what_training_sees_of_them()
    {
        var photos = Photos.Three(scratch);
        var answer = Show(photos, "a.png", "--augment", "standard,randaugment,erasing");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal([$"{scratch.At("a.png")}   4 photos, 6 epochs of --augment standard,randaugment,erasing"], answer.Lines);
        using var small = ImageDecoder.Decode(scratch.At("a.png"));

        Assert.Equal(0, Show(photos, "again.png", "--augment", "standard,randaugment,erasing").Code);
        Assert.Equal(Bytes("a.png"), Bytes("again.png"));
        Assert.Equal(0, Show(photos, "seed.png", "--augment", "standard,randaugment,erasing", "--seed", "1").Code);
        Assert.NotEqual(Bytes("a.png"), Bytes("seed.png"));
        Assert.Equal(0, Show(photos, "more.png", "--augment", "standard,randaugment,erasing", "--count", "6", "--epochs", "2").Code);
        using var more = ImageDecoder.Decode(scratch.At("more.png"));
        Assert.Equal(2 * 102, more.Height - small.Height);
        Assert.Equal(4 * 102, small.Width - more.Width);
    }

    [Fact]
    public void Later_epochs_go_on_where_the_earlier_end()
    {
        var photos = Photos.Three(scratch);
        Assert.Equal(0, Show(photos, "first.png", "--augment", "standard", "--epochs", "3").Code);
        Assert.Equal(0, Show(photos, "later.png", "--augment", "standard", "--epochs", "2", "--epoch", "2").Code);
        using var first = ImageDecoder.Decode(scratch.At("first.png"));
        using var later = ImageDecoder.Decode(scratch.At("later.png"));
        var (left, cell) = (first.Width - 18 - 96, 96);        // the last column is epoch 2 in both
        Assert.Equal(Column(first, left, cell), Column(later, later.Width - 18 - 96, cell));
        Assert.NotEqual(Column(first, left, cell), Column(first, left - 102, cell));
    }

    [Fact]
    public void Setting_of_an_augmentation_changes_it_and_is_said_to_be_unused_without_it()
    {
        var photos = Photos.Three(scratch);
        Assert.Equal(0, Show(photos, "a.png", "--augment", "basic,rotation").Code);
        Assert.Equal(0, Show(photos, "b.png", "--augment", "basic,rotation", "--rotation-degrees", "90").Code);
        Assert.NotEqual(Bytes("a.png"), Bytes("b.png"));
        Assert.Equal("note: not used: --rotation-degrees, for --augment with rotation\n", Show(photos, "c.png", "--rotation-degrees", "90").Err);
    }

    [Fact]
    public void Wrong_values_are_refused_together_with_nothing_written()
    {
        var photos = Photos.Three(scratch);
        Show(photos, "x.gif", "--augment", "basic,standard", "--flip-probability", "2", "--count", "0").IsBareRefusal(ExitCode.Usage,
            "error: --flip-probability is 2, expected 0 to 1",
            "  --augment has basic and standard, which each decide which part of a photo is taken: keep one of them",
            "  --count is 0, expected 1 or more",
            $"  --output is '{scratch.At("x.gif")}', expected a name that ends in .png, .jpg or .jpeg",
            "  See: justalexnet dataset show --help");
        Show(photos, "x.png", "--augment", "standard,randaugmnt").IsBareRefusal(ExitCode.Usage, "error: --augment does not know 'randaugmnt': did you mean randaugment?", "  See: justalexnet dataset show --help");
        Show(photos, "x.png", "--image-size", "4000").IsBareRefusal(ExitCode.Usage,
            "error: a sheet of 4 x 7 pictures of 4000 x 4000 pixels is too large (453 of 100 megapixels): fewer photos, or smaller ones", "  See: justalexnet dataset show --help");
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    private Answer Show(string photos, string output, params string[] more)
    {
        string[] size = more.Contains("--image-size") ? [] : ["--image-size", "32"];
        return Here.Run(["dataset", "show", photos, "--output", scratch.At(output), .. size, .. more]);
    }

    private byte[] Bytes(string name) => File.ReadAllBytes(scratch.At(name));

    private static byte[] Column(RgbImage sheet, int left, int width) =>
        [.. Enumerable.Range(60, sheet.Height - 60).SelectMany(y => sheet.Pixels.Slice((y * sheet.Width + left) * 3, width * 3).ToArray())];
}
