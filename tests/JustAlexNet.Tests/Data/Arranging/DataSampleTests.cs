using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class DataSampleTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => Path.Combine(scratch.Folder, "photos");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Parts_stay_parts_and_every_class_gives_as_many()
    {
        MiniPhotos.Make(Photos, classes: 3, train: 8, val: 4);
        var report = Sample(3, "few");
        Assert.All(report.Classes, found => Assert.Equal([3, 3], [found.Parts["train"], found.Parts["val"]]));
        var folder = ImageFolder.Open(scratch.At("few"));
        Assert.Equal((FolderLayout.Split, 9, 9), (folder.Layout, folder.Training.Count, folder.Validation.Count));
        Assert.All(Names("few"), name => Assert.Equal(File.ReadAllBytes(Path.Combine(Photos, name)), File.ReadAllBytes(Path.Combine(scratch.At("few"), name))));
    }

    [Fact]
    public void Fewer_are_among_more_and_the_seed_decides()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 20);
        Sample(4, "four");
        Sample(4, "again");
        Sample(8, "eight");
        Sample(4, "other", new SampleOptions { Seed = 1 });
        Assert.Equal(Names("four"), Names("again"));
        Assert.Equal(8, Names("four").Length);
        Assert.Subset(Names("eight").ToHashSet(), Names("four").ToHashSet());
        Assert.NotEqual(Names("four"), Names("other"));
    }

    [Fact]
    public void Small_class_gives_all_and_is_said()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 6);
        foreach (var hat in Directory.GetFiles(Path.Combine(Photos, "hat")).Skip(2)) File.Delete(hat);
        var report = Sample(4, "few");
        Assert.Equal([4, 2], report.Classes.Select(found => found.Count));
        Assert.Equal(["1 class has fewer than 4 photos in a part: all of its photos there were taken"], report.Notes);
    }

    [Fact]
    public void Place_that_is_taken_or_among_the_photos_is_refused()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 3);
        Assert.StartsWith($"`output` {Photos} lies in {Photos}", Assert.Throws<DataException>(() => Sample(1, "photos")).Message, StringComparison.Ordinal);
        Assert.StartsWith("6 photos take ", Assert.Throws<DataException>(() => Sample(3, "few", new SampleOptions { FreeIn = _ => 1 })).Message, StringComparison.Ordinal);
        Assert.Equal(["photos"], Directory.EnumerateFileSystemEntries(scratch.Folder).Select(path => Path.GetFileName(path)));
    }

    private SampleReport Sample(int count, string output, SampleOptions? options = null) => DataSample.Run(count, Photos, Path.Combine(scratch.Folder, output), options);

    private string[] Names(string output) => [.. Directory.GetFiles(Path.Combine(scratch.Folder, output), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(scratch.Folder, output), path)).Order(StringComparer.Ordinal)];
}
