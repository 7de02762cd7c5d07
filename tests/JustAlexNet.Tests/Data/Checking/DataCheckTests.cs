using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class DataCheckTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => scratch.At("photos");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Sound_data_set_passes_with_its_counts()
    {
        MiniPhotos.Make(Photos, classes: 3, train: 4, val: 2);
        var report = Check();
        Assert.True(report.Passes);
        Assert.Empty(report.Problems);
        Assert.Empty(report.Duplicates);
        Assert.Empty(report.Quarantine);
        Assert.Equal((18, FolderLayout.Split), (report.Files, report.Layout));
        Assert.Equal(Directory.GetFiles(Photos, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length), report.Bytes);
        Assert.Equal([("dress", 4, 2), ("hat", 4, 2), ("pants", 4, 2)], report.Classes.Select(found => (found.Name, found.Parts["train"], found.Parts["validation"])));
    }

    [Theory]
    [InlineData("cmyk.jpg", ProblemKind.Cmyk), InlineData("grey.jpg", ProblemKind.Grey), InlineData("rgba.png", ProblemKind.Alpha), InlineData("animated.gif", ProblemKind.Animated)]
    [InlineData("exif-6.jpg", ProblemKind.ExifRotated), InlineData("grey-16bit.png", ProblemKind.Grey, ProblemKind.DeepColour), InlineData("rgb.png")]
    public void Odd_picture_is_a_warning_and_passes(string name, params ProblemKind[] kinds)
    {
        Put("cat/odd" + Path.GetExtension(name), Repository.Golden("decode", name));
        Others();
        var report = Check();
        Assert.Equal(kinds.Select(kind => ("cat/odd" + Path.GetExtension(name), ProblemSeverity.Warning, kind)), report.Problems.Select(problem => (problem.Path, problem.Severity, problem.Kind)));
        Assert.True(report.Passes);
    }

    [Fact]
    public void Sizes_beyond_the_usual_are_warnings()
    {
        File.WriteAllBytes(scratch.At("photos", "cat", "tiny.png"), PngEncoder.Encode(Noise(20, 40, 1), 20, 40));
        File.WriteAllBytes(scratch.At("photos", "cat", "wide.png"), PngEncoder.Encode(Noise(160, 40, 2), 160, 40));
        File.WriteAllBytes(scratch.At("photos", "cat", "huge.png"), PngEncoder.Encode(new byte[10_000 * 5_100 * 3], 10_000, 5_100));
        Others();
        var problems = Check().Problems;
        Assert.Equal([("cat/huge.png", ProblemKind.Huge), ("cat/tiny.png", ProblemKind.Tiny), ("cat/wide.png", ProblemKind.Aspect)], problems.Select(problem => (problem.Path, problem.Kind)));
        Assert.Equal("its sides are 160 x 40, 4.0 to 1: a crop at the centre shows 25 % of it", problems[2].Reason);
    }

    [Fact]
    public void Damage_of_every_kind_is_an_error_that_says_what_is_wrong()
    {
        var photo = File.ReadAllBytes(Repository.Golden("decode", "rgb.jpg"));
        File.WriteAllBytes(scratch.At("photos", "cat", "cut.jpg"), photo[..(photo.Length / 2)]);
        File.WriteAllBytes(scratch.At("photos", "cat", "empty.jpg"), []);
        File.WriteAllText(scratch.At("photos", "cat", "text.jpg"), "<html>not found</html>");
        var damaged = (byte[])photo.Clone();
        Array.Clear(damaged, photo.Length / 3, 40);
        File.WriteAllBytes(scratch.At("photos", "cat", "zeros.jpg"), damaged);
        File.WriteAllBytes(scratch.At("photos", "cat", "beyond.png"), [.. PngEncoder.Encode(Noise(8, 8, 1), 8, 8)[..16], 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 8, 2, 0, 0, 0]);
        File.CreateSymbolicLink(scratch.At("photos", "cat", "gone.jpg"), scratch.At("nowhere.jpg"));
        Put("cat/wrong.png", Repository.Golden("decode", "rgb.jpg"));
        Others();
        var report = Check();
        Assert.False(report.Passes);
        Assert.Equal(["cat/beyond.png", "cat/cut.jpg", "cat/empty.jpg", "cat/gone.jpg", "cat/text.jpg"], report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.Path).Except(["cat/zeros.jpg"]));
        Assert.All(report.Problems.Where(problem => problem.Severity == ProblemSeverity.Error), problem => Assert.Equal(ProblemKind.Unreadable, problem.Kind));
        Assert.Equal("its name ends in .png, its content is JPEG: it is read as what it is, other programs may not", report.Problems.Single(problem => problem.Kind == ProblemKind.Ending).Reason);
        Assert.Equal("the file is empty (0 bytes)", report.Problems.Single(problem => problem.Path == "cat/empty.jpg").Reason);
        Assert.Contains("cat/cut.jpg", report.Quarantine.Select(picture => picture.Path));
    }

    [Fact]
    public void Names_that_other_systems_take_for_one_are_warnings_that_name_each_other()
    {
        foreach (var (i, path) in new[] { "cat/A.bmp", "cat/a.bmp", "cat/caf\u00e9.bmp", "cat/cafe\u0301.bmp", "dog/a.bmp", "Dog/b.bmp" }.Index()) TestPictures.Write(scratch.At(["photos", .. path.Split('/')]), 40, 40 + i, i + 1);
        Assert.SkipUnless(Directory.GetFiles(scratch.At("photos", "cat")).Length == 4 && Directory.GetDirectories(Photos).Length == 3, "This file system has one name for them.");
        Assert.Equal(
            ["Dog: dog case", "cat/A.bmp: cat/a.bmp case", "cat/a.bmp: cat/A.bmp case", "cat/cafe\u0301.bmp: cat/caf\u00e9.bmp form", "cat/caf\u00e9.bmp: cat/cafe\u0301.bmp form", "dog: Dog case"],
            Check().Problems.Where(problem => problem.Kind == ProblemKind.Name).Select(problem => $"{problem.Path}: {problem.Reason.Split(' ')[6]} {(problem.Reason.Contains("Unicode form", StringComparison.Ordinal) ? "form" : "case")}"));
    }

    [Fact]
    public void Copies_within_a_class_across_classes_and_across_parts_are_told_apart()
    {
        MiniPhotos.Make(Photos, classes: 3, train: 4, val: 2);
        var dress = Directory.GetFiles(scratch.At("photos", "train", "dress")).Order(StringComparer.Ordinal).ToList();
        File.Copy(dress[0], scratch.At("photos", "train", "dress", "same.jpg"));
        File.Copy(dress[1], scratch.At("photos", "train", "hat", "conflict.jpg"));
        PerceptualHashTests.Copied(dress[2], scratch.At("photos", "val", "dress", "leak.jpg"), 0.5);
        PerceptualHashTests.Copied(dress[3], scratch.At("photos", "val", "hat", "both.jpg"), 0.5);
        var names = dress.Select(path => $"train/dress/{Path.GetFileName(path)}").ToList();
        var report = Check();
        Assert.Equal(
            [
                $"Exact conflict {names[1]} train/hat/conflict.jpg", $"Near leak {names[2]} val/dress/leak.jpg", $"Near conflict leak {names[3]} val/hat/both.jpg", $"Exact {names[0]} train/dress/same.jpg",
            ],
            report.Duplicates.Select(group => $"{group.Kind}{(group.IsLabelConflict ? " conflict" : "")}{(group.IsLeak ? " leak" : "")} {string.Join(' ', group.Paths)}"));
        Assert.False(report.Passes);
        // All of a conflict, of a leak the learned, of others all but one.
        Assert.Equal([names[1], names[2], names[3], "train/dress/same.jpg", "train/hat/conflict.jpg", "val/hat/both.jpg"], report.Quarantine.Select(picture => picture.Path));
        Assert.Equal($"leak: the same picture as val/dress/leak.jpg", report.Quarantine[1].Reason);
    }

    [Fact]
    public void Copies_within_a_class_pass()
    {
        MiniPhotos.MakePlain(Photos);
        var photo = Directory.GetFiles(scratch.At("photos", "hat"))[0];
        File.Copy(photo, scratch.At("photos", "hat", "same.jpg"));
        var report = Check();
        Assert.Single(report.Duplicates);
        Assert.True(report.Passes);
        Assert.Contains("1 group of duplicates lies in a folder without parts: its photos may come to stand on both sides when train splits off validation photos", report.Notes);
    }

    [Fact]
    public void List_of_a_check_leaves_a_data_set_that_passes()
    {
        Copies_within_a_class_across_classes_and_across_parts_are_told_apart();
        File.WriteAllText(scratch.At("photos", "train", "hat", "bad.jpg"), "x");
        var list = scratch.At("list.txt");
        QuarantineFile.Write(list, Check());
        var report = Check(new() { Exclude = ExcludeList.Read(list) });
        Assert.True(report.Passes);
        Assert.Empty(report.Duplicates);
        Assert.Empty(report.Quarantine);
        Assert.Equal(16, report.Files);
    }

    [Fact]
    public void Mean_and_deviation_are_those_of_the_training_pictures_each_counting_the_same()
    {
        byte[] dark = [.. Enumerable.Repeat(new byte[] { 0, 51, 102 }, 32 * 32).SelectMany(pixel => pixel)], light = [.. Enumerable.Repeat(new byte[] { 255, 51, 204 }, 64 * 64).SelectMany(pixel => pixel)];
        foreach (var (path, pixels, side) in new[] { ("train/a/1.png", dark, 32), ("train/b/1.png", light, 64), ("val/a/2.png", Noise(32, 32, 1), 32), ("val/b/2.png", Noise(32, 32, 2), 32) })
            File.WriteAllBytes(scratch.At(["photos", .. path.Split('/')]), PngEncoder.Encode(pixels, side, side));
        var report = Check();
        Assert.Equal([0.5, 0.2, 0.6], report.Mean!.Select(value => Math.Round(value, 12)));
        Assert.Equal([0.5, 0, 0.2], report.Deviation!.Select(value => Math.Round(value, 7)));
        Assert.Equal(new PictureSizes((32, 32, 64), (32, 32, 64)), report.Sizes);
    }

    [Fact]
    public void What_training_would_refuse_is_a_warning()
    {
        MiniPhotos.Make(Photos, classes: 2, train: 3, val: 1);
        Directory.CreateDirectory(scratch.At("photos", "train", "empty"));
        var problem = Assert.Single(Check().Problems);
        Assert.Equal(("val", ProblemSeverity.Warning, ProblemKind.Folder), (problem.Path, problem.Severity, problem.Kind));
        Assert.StartsWith("train refuses the folder: the classes of ", problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Interrupted_check_goes_on_where_it_was_and_reads_again_what_has_changed()
    {
        MiniPhotos.MakePlain(Photos, classes: 3, photos: 6);
        using var stop = new CancellationTokenSource();
        var options = new DataCheckOptions { CacheFolder = scratch.At("cache"), Workers = 1 };
        Assert.ThrowsAny<OperationCanceledException>(() => DataCheck.Run(Photos, options, (_, done, _) =>
        {
            if (done == 10) stop.Cancel();
        }, stop.Token));
        var kept = Assert.Single(Directory.GetFiles(options.CacheFolder!));
        Assert.Equal(11, File.ReadAllLines(kept).Length);

        // What is kept is believed of files that have not changed: so it shows that they are not read again.
        File.WriteAllText(kept, File.ReadAllText(kept).Replace("\"Width\":", "\"Width\":7", StringComparison.Ordinal) + "{\"half");
        var first = Directory.GetFiles(scratch.At("photos", "dress")).Order(StringComparer.Ordinal).First();
        File.SetLastWriteTimeUtc(first, File.GetLastWriteTimeUtc(first).AddSeconds(1));
        var report = DataCheck.Run(Photos, options);
        Assert.InRange(report.Sizes!.Width.Most, 7000, 79_999);
        Assert.Equal(9, report.Problems.Count(problem => problem.Kind == ProblemKind.Aspect));
        Assert.Empty(Directory.GetFiles(options.CacheFolder!));
        Assert.Empty(DataCheck.Run(Photos, options).Problems);
    }

    [Fact]
    public void What_was_found_is_kept_meanwhile_so_that_a_killed_check_goes_on_too()
    {
        MiniPhotos.MakePlain(Photos, classes: 3, photos: 6);
        var lines = new List<int>();
        var options = new DataCheckOptions { CacheFolder = scratch.At("cache"), Workers = 1, Clock = new Hurried() };
        DataCheck.Run(Photos, options, (_, _, _) => lines.Add(Directory.Exists(options.CacheFolder) ? Directory.GetFiles(options.CacheFolder!).Sum(path => File.ReadAllLines(path).Length) : 0));
        Assert.Equal([0, 3, 3], lines[..3]);     // its head and what two photos showed
        Assert.Equal(18, lines.Count);
    }

    [Fact]
    public void Nothing_is_changed()
    {
        MiniPhotos.Make(Photos);
        var before = Stamps();
        Check();
        Assert.Equal(before, Stamps());
    }

    private DataCheckReport Check(DataCheckOptions? options = null) => DataCheck.Run(Photos, (options ?? new DataCheckOptions()) with { CacheFolder = null });

    private (string, long, DateTime)[] Stamps() => [.. Directory.GetFiles(Photos, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (path, new FileInfo(path).Length, File.GetLastWriteTimeUtc(path)))];

    // A second class, and a picture more in the first.
    private void Others()
    {
        foreach (var (i, path) in new[] { "cat/z.bmp", "dog/1.bmp", "dog/2.bmp" }.Index()) File.WriteAllBytes(scratch.At(["photos", .. Path.ChangeExtension(path, ".png").Split('/')]), PngEncoder.Encode(Noise(48, 40, 10 + i), 48, 40));
    }

    private void Put(string path, string from) => File.Copy(from, scratch.At(["photos", .. path.Split('/')]));

    /// <summary>Each look at it finds 20 seconds gone.</summary>
    private sealed class Hurried : TimeProvider
    {
        private long looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 20 * looks++;
    }

    private static byte[] Noise(int width, int height, int seed)
    {
        var random = new SampleRandom(seed, 0, 0);
        return [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.NextInt(256))];
    }
}
