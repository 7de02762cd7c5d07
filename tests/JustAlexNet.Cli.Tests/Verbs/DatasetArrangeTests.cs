using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary><c>dataset split</c>, <c>stats</c> and <c>sample</c>.</summary>
public sealed class DatasetArrangeTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => Path.Combine(scratch.Folder, "photos");

    private string Output => Path.Combine(scratch.Folder, "parts");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Split_says_what_went_where_and_train_takes_it()
    {
        MiniPhotos.MakePlain(Photos, photos: 10);
        File.Copy(Directory.GetFiles(scratch.At("photos", "hat"))[0], scratch.At("photos", "hat", "again.jpg"));
        var answer = Split();
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Contains($"{"class",-10}{"train",13}{"val",13}{"test",13}{"share",9}\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains($"{"dress",-10}{7,13}{2,13}{1,13}{"32.3 %",9}\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("kept together  1 group of 2 photos that are the same or look it\n", answer.Out, StringComparison.Ordinal);
        Assert.EndsWith($"\n{Output}   31 photos copied\nnext  justalexnet train {Output}\n", answer.Out, StringComparison.Ordinal);
        Assert.Equal(0, Here.Train(Output, scratch.At("run"), "--epochs", "1").Code);
    }

    [Fact]
    public void Split_into_other_parts_by_names_and_as_json()
    {
        MiniPhotos.MakePlain(Photos, classes: 2, photos: 10);
        foreach (var photo in Directory.GetFiles(Photos, "*", SearchOption.AllDirectories).GroupBy(path => Path.GetDirectoryName(path)).SelectMany(folder => folder.Order(StringComparer.Ordinal).Index()))
            File.Move(photo.Item, Path.Combine(Path.GetDirectoryName(photo.Item)!, $"{photo.Index / 2}_{photo.Index}.jpg"));
        var answer = Split("--into", "train,dev", "0.6,0.4", "--group-by", "^([0-9]+)_", "--seed", "4", "--link", "--json");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        var root = JsonDocument.Parse(answer.Out).RootElement;
        Assert.Equal(["dress 10 6 4", "hat 10 6 4"], root.GetProperty("classes").EnumerateArray().Select(found => $"{found.GetProperty("name")} {found.GetProperty("count")} {found.GetProperty("train")} {found.GetProperty("dev")}"));
        Assert.Equal((4, true, 5, 20), (root.GetProperty("seed").GetInt32(), root.GetProperty("linked").GetBoolean(), root.GetProperty("groups").GetProperty("groups").GetInt32(), root.GetProperty("groups").GetProperty("files").GetInt32()));
        Assert.Equal(["train 12", "dev 8"], root.GetProperty("parts").EnumerateArray().Select(part => $"{part.GetProperty("name")} {part.GetProperty("files")}"));
    }

    [Fact]
    public void Wrong_values_of_split_are_refused_together_with_nothing_written()
    {
        MiniPhotos.MakePlain(Photos);
        Here.Run("dataset", "split", Photos, "--into", "train,fold", "70,20", "--group-by", "x", "--workers", "0").IsBareRefusal(ExitCode.Usage,
            "error: --into does not know the part 'fold', expected train, training, val, valid, validation, dev, test, testing",
            "  --into has shares that add up to 90 %, expected 100",
            "  --group-by is 'x', expected an expression with a group in brackets, which names what belongs together, such as ^(\\d+)_",
            "  --output is missing: the folder to make",
            "  --workers is 0, expected auto or 1 to 512",
            "  See: justalexnet dataset split --help");
        Split("--into", "train,val", "70").IsBareRefusal(ExitCode.Usage, "error: --into names 2 parts (train,val) and 1 share (70), expected as many, such as: --into train,val,test 70,15,15", "  See: justalexnet dataset split --help");
        Split("--into", "train,val", "70,many").IsBareRefusal(ExitCode.Usage, "error: --into has the share 'many', expected numbers in percent with commas between them, such as 70,15,15", "  See: justalexnet dataset split --help");
        Here.Run("dataset", "split", Photos, "--output", Path.Combine(Photos, "parts")).IsBareRefusal(ExitCode.Failed, $"error: --output {Photos}/parts lies in {Photos}, which is only looked at.", "  Name a folder outside.");
        var oneWord = Here.Run("dataset", "split", Photos, "--output", Output, "--into", "train,val");
        Assert.Equal((ExitCode.Usage, ""), (oneWord.Code, oneWord.Out));
        Assert.Equal([Photos], Directory.EnumerateFileSystemEntries(scratch.Folder));
        Directory.Delete(scratch.At("photos", "hat"), recursive: true);
        File.Copy(Directory.GetFiles(scratch.At("photos", "dress"))[0], scratch.At("photos", "hat", "one.jpg"));
        Split().IsBareRefusal(ExitCode.Failed, $"error: 1 class of {Photos} has too few photos to be in all of train, val, test: hat (1).",
            "  train refuses parts whose classes differ. Add photos, move the class elsewhere, or name fewer parts with --into.");
    }

    [Fact]
    public void Stats_are_those_of_check_beside_ImageNets()
    {
        MiniPhotos.Make(Photos);
        File.WriteAllText(scratch.At("photos", "train", "hat", "broken.jpg"), "x");
        var answer = Here.Run("dataset", "stats", Photos);
        Assert.Equal((0, "note: 1 photo cannot be read: it counts as a photo, but not for sizes and colours. dataset check names it.\n"), (answer.Code, answer.Err));
        Assert.StartsWith($"{Photos} · 19 photos · 3 classes · ", answer.Out, StringComparison.Ordinal);
        Assert.Contains($"{"all",-10}{13,13}{6,13}{"100.0 %",10}\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("\nbalance  1.2 to 1: hat has 7, dress 6\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("\nfiles    18 JPEG\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("\ncolours, 0 to 1         red    green     blue\nmean              ", answer.Out, StringComparison.Ordinal);
        Assert.EndsWith("\nImageNet's mean       0.485    0.456    0.406\nits deviation         0.229    0.224    0.225\n", answer.Out, StringComparison.Ordinal);

        var stats = JsonDocument.Parse(Here.Run("dataset", "stats", Photos, "--json").Out).RootElement;
        var check = JsonDocument.Parse(Here.Run("dataset", "check", Photos, "--json", "--output", scratch.At("check")).Out).RootElement;
        foreach (var name in new[] { "files", "bytes", "classes", "imbalance", "formats", "width", "height", "mean", "std", "layout" }) Assert.Equal(check.GetProperty(name).ToString(), stats.GetProperty(name).ToString());
        Assert.Equal((1, 0.485), (stats.GetProperty("unreadable").GetInt32(), stats.GetProperty("imagenet").GetProperty("mean")[0].GetDouble()));
    }

    [Fact]
    public void Sample_takes_as_many_of_every_class()
    {
        MiniPhotos.Make(Photos);
        var answer = Here.Run("dataset", "sample", "2", Photos, "--output", Output);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.EndsWith($"\n{Output}   12 photos copied\nnext  justalexnet train {Output}\n", answer.Out, StringComparison.Ordinal);
        var linked = JsonDocument.Parse(Here.Run("dataset", "sample", "1", Photos, "--output", scratch.At("one"), "--link", "--json").Out).RootElement;
        Assert.Equal((true, 1, 3), (linked.GetProperty("linked").GetBoolean(), linked.GetProperty("count").GetInt32(), linked.GetProperty("classes").GetArrayLength()));
        Here.Run("dataset", "sample", "0", Photos, "--output", Output).IsBareRefusal(ExitCode.Usage, "error: N is '0', expected a whole number, 1 or more", "  See: justalexnet dataset sample --help");
        Here.Run("dataset", "sample", "1", Photos).IsBareRefusal(ExitCode.Usage, "error: --output is missing: the folder to make", "  See: justalexnet dataset sample --help");
        Here.Run("dataset", "sample", "1", Photos, "--output", Output).IsBareRefusal(ExitCode.Failed, $"error: --output {Output} is not empty; it is left as it is.", "  Name a folder that is not there yet, or an empty one.");
    }

    private Answer Split(params string[] more) => Here.Run(["dataset", "split", Photos, "--output", Output, .. more]);
}
