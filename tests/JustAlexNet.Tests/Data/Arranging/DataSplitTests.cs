using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class DataSplitTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => Path.Combine(scratch.Folder, "photos");

    private string Output => Path.Combine(scratch.Folder, "parts");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_class_is_divided_by_the_shares_and_training_takes_the_result()
    {
        MiniPhotos.MakePlain(Photos, classes: 3, photos: 20);
        var before = Fingerprint(Photos);
        var report = Split();
        Assert.All(report.Classes, found => Assert.Equal([14, 3, 3], new[] { "train", "val", "test" }.Select(part => found.Parts[part])));
        var folder = ImageFolder.Open(Output);
        Assert.Equal((FolderLayout.Split, 42, 9, 9), (folder.Layout, folder.Training.Count, folder.Validation.Count, folder.Test!.Count));
        Assert.Equal(before, Fingerprint(Photos));
        Assert.Equal(Files(Photos).Select(Content).Order(StringComparer.Ordinal), Files(Output).Select(Content).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Seed_decides_and_nothing_else()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 20);
        Split();
        var first = Names(Output);
        Directory.Delete(Output, recursive: true);
        Split();
        Assert.Equal(first, Names(Output));
        Directory.Delete(Output, recursive: true);
        Split(new SplitOptions { Seed = 1 });
        Assert.NotEqual(first, Names(Output));
    }

    [Fact]
    public void Duplicates_and_pictures_that_look_the_same_come_into_one_part()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 12);
        foreach (var (i, photo) in Files(Photos).Index().ToList())
        {
            File.Copy(photo, Path.Combine(Path.GetDirectoryName(photo)!, $"copy-{i}.jpg"));
            using var image = ImageDecoder.Decode(photo);
            var pixels = new byte[image.Width / 2 * (image.Height / 2) * 3];
            Resizer.Resize(image, new(0, 0, image.Width, image.Height), pixels, image.Width / 2, image.Height / 2, Interpolation.Bilinear);
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(photo)!, $"half-{i}.png"), PngEncoder.Encode(pixels, image.Width / 2, image.Height / 2));
        }
        for (var seed = 0; seed < 3; seed++)
        {
            var report = Split(new SplitOptions { Seed = seed });
            Assert.Equal(72, report.Duplicates.Pictures);
            Assert.True(DataCheck.Run(Output, new DataCheckOptions { CacheFolder = null }).Passes);     // no leak
            Assert.All(report.Classes, found => Assert.Equal(36, found.Count));
            Directory.Delete(Output, recursive: true);
        }
    }

    [Fact]
    public void Pattern_keeps_together_what_it_names_across_classes()
    {
        foreach (var (i, name) in new[] { "cat", "dog" }.SelectMany(name => Enumerable.Range(0, 24).Select(i => (i, name))))
            Inference.Tests.TestPictures.Write(scratch.At("photos", name, $"{i / 4:00}_{i}.bmp"), 40, 40, 100 + i + (name == "cat" ? 0 : 50));
        var report = Split(new SplitOptions { GroupBy = "^([0-9]+)_", Parts = [new("train", 0.5), new("val", 0.5)] });
        Assert.Equal((6, 48), report.Named);
        Assert.All(report.Classes, found => Assert.Equal([12, 12], [found.Parts["train"], found.Parts["val"]]));
        var parts = Names(Output).Select(name => (Part: name.Split('/')[0], Group: Path.GetFileName(name)[..2])).Distinct().ToList();
        Assert.Equal(6, parts.Count);
        Assert.Equal(6, parts.Select(entry => entry.Group).Distinct().Count());
    }

    [Fact]
    public void Links_are_second_names_of_the_same_bytes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no hard links there");
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        var photo = Files(Photos).First();
        var elsewhere = scratch.At("elsewhere.jpg");
        File.Move(photo, elsewhere);
        File.CreateSymbolicLink(photo, elsewhere);
        Split(new SplitOptions { Links = true });
        Assert.Equal(12, Files(Output).Count());
        Assert.All(Files(Output), path => Assert.Null(new FileInfo(path).LinkTarget));
        File.AppendAllText(elsewhere, "x");
        Assert.Equal(File.ReadAllBytes(elsewhere), File.ReadAllBytes(Files(Output).Single(path => path.EndsWith(Path.GetRelativePath(Photos, photo), StringComparison.Ordinal))));
    }

    [Fact]
    public void Class_that_is_too_small_is_refused_with_its_number()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        foreach (var hat in Directory.GetFiles(Path.Combine(Photos, "hat")).Skip(2)) File.Delete(hat);
        Assert.Equal(
            $"1 class of {Photos} has too few photos to be in all of train, val, test: hat (2).\ntrain refuses parts whose classes differ. Add photos, move the class elsewhere, or name fewer parts with `into`.",
            Refusal().Message);
        File.Copy(Directory.GetFiles(Path.Combine(Photos, "hat"))[0], scratch.At("photos", "hat", "copy.jpg"));
        Assert.Contains("has too few photos to be in all of train, val, test, those that stay together counted once: hat (2).", Refusal().Message, StringComparison.Ordinal);
        Split(new SplitOptions { Parts = [new("train", 0.8), new("val", 0.2)] });
    }

    [Fact]
    public void Refused_before_anything_is_written()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        Assert.StartsWith($"`output` {Photos}/parts lies in {Photos}", Refusal(output: Path.Combine(Photos, "parts")).Message, StringComparison.Ordinal);
        File.WriteAllText(scratch.At("taken", "file"), "x");
        Assert.StartsWith($"`output` {scratch.At("taken")} is not empty; it is left as it is.", Refusal(output: scratch.At("taken")).Message, StringComparison.Ordinal);
        Assert.StartsWith($"`output` {scratch.At("taken", "file")} is no folder", Refusal(output: scratch.At("taken", "file")).Message, StringComparison.Ordinal);
        Assert.StartsWith("12 photos take ", Refusal(new SplitOptions { FreeIn = _ => 10_000 }).Message, StringComparison.Ordinal);
        Split(new SplitOptions { FreeIn = _ => 10_000, Links = true });      // takes no room
        Assert.StartsWith($"{Output} is divided already: train, val, test.", Assert.Throws<DataException>(() => DataSplit.Run(Output, scratch.At("again"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("`group_by` '(none)' fits none of the 12 file names, such as ", Refusal(new SplitOptions { GroupBy = "(none)" }, scratch.At("again")).Message, StringComparison.Ordinal);
        Assert.Equal(["parts", "photos", "taken"], Directory.EnumerateFileSystemEntries(scratch.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Interrupted_it_leaves_nothing_and_goes_on_with_what_it_has_read()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        using var stop = new CancellationTokenSource();
        var options = new SplitOptions { CacheFolder = scratch.At("cache") };
        Assert.ThrowsAny<OperationCanceledException>(() => DataSplit.Run(Photos, Output, options, (stage, done, _) =>
        {
            if (stage == ArrangeStage.Copying && done == 4) stop.Cancel();
        }, stop.Token));
        Assert.Equal(["cache", "photos"], Directory.EnumerateFileSystemEntries(scratch.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFiles(scratch.At("cache")));
        DataSplit.Run(Photos, Output, options);
        Assert.Empty(Directory.GetFiles(scratch.At("cache")));
    }

    [Fact]
    public void Damaged_pictures_are_divided_too_and_said()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        File.WriteAllText(scratch.At("photos", "hat", "broken.jpg"), "x");
        Assert.Contains("1 photo cannot be read and is divided like the others: dataset check names it", Split().Notes);
        Assert.Equal(13, Files(Output).Count());
    }

    [Theory]
    [InlineData("`into` does not know the part 'fold', expected train, training, val, valid, validation, dev, test, testing", "train", 0.5, "fold", 0.5)]
    [InlineData("`into` names 2 validation parts, expected one", "val", 0.5, "dev", 0.5)]
    [InlineData("`into` has shares that add up to 90 %, expected 100", "train", 0.5, "val", 0.4)]
    [InlineData("`into` gives val a share of 0 %, expected above 0 and below 100", "train", 1.0, "val", 0.0)]
    [InlineData("`into` names no training part, expected train among the parts", "val", 0.5, "test", 0.5)]
    public void Parts_that_are_none_are_said(string fault, string first, double share, string second, double other) =>
        Assert.Contains(fault, new SplitOptions { Parts = [new(first, share), new(second, other)] }.Faults());

    [Theory]
    [InlineData("abc", "`group_by` is 'abc', expected an expression with a group in brackets"), InlineData("(a", "`group_by` is '(a', which is no regular expression: ")]
    public void Patterns_that_are_none_are_said(string pattern, string fault) => Assert.StartsWith(fault, Assert.Single(new SplitOptions { GroupBy = pattern }.Faults()), StringComparison.Ordinal);

    private SplitReport Split(SplitOptions? options = null) => DataSplit.Run(Photos, Output, (options ?? new()) with { CacheFolder = null });

    private DataException Refusal(SplitOptions? options = null, string? output = null) => Assert.Throws<DataException>(() => DataSplit.Run(Photos, output ?? Output, (options ?? new()) with { CacheFolder = null }));

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string[] Names(string folder) => [.. Files(folder).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))];

    private static string Content(string path) => JustAlexNet.Files.FileHash.Of(JustAlexNet.Files.HashKind.Sha256, path);


    private static string Fingerprint(string folder) => string.Join('\n', Files(folder).Select(path => $"{path} {Content(path)}"));
}
