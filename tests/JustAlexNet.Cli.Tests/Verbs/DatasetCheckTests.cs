using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class DatasetCheckTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => Path.Combine(scratch.Folder, "photos");

    private string Output => Path.Combine(scratch.Folder, "check");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Sound_photos_pass_with_a_table_and_two_files()
    {
        MiniPhotos.Make(Photos);
        var answer = Check();
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith($"{Photos} · 18 photos · 3 classes · ", answer.Out, StringComparison.Ordinal);
        Assert.Contains($"dress{4,18}{2,13}{"33.3 %",9}\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("\nno errors\n\nno warnings\n\nno duplicates\n", answer.Out, StringComparison.Ordinal);
        Assert.EndsWith($"\nsee   {Output}/report.html   {Output}/quarantine.txt: nothing to leave out\n", answer.Out, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(Path.Combine(Output, "report.html")), StringComparison.Ordinal);
        Assert.All(File.ReadAllLines(Path.Combine(Output, "quarantine.txt")), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_is_one_document_and_alone_on_standard_output()
    {
        MiniPhotos.Make(Photos);
        Plant();
        var answer = Check("--json");
        Assert.Equal((ExitCode.Failed, ""), (answer.Code, answer.Err));
        var root = JsonDocument.Parse(answer.Out).RootElement;
        Assert.Equal((21, false), (root.GetProperty("files").GetInt32(), root.GetProperty("passes").GetBoolean()));
        Assert.Equal(["dress 8 5 3", "hat 7 5 2", "pants 6 4 2"], root.GetProperty("classes").EnumerateArray().Select(found => $"{found.GetProperty("name")} {found.GetProperty("count")} {found.GetProperty("train")} {found.GetProperty("validation")}"));
        Assert.Equal(8 / 6.0, root.GetProperty("imbalance").GetDouble());
        var problem = Assert.Single(root.GetProperty("problems").EnumerateArray());
        Assert.Equal(("train/dress/text.jpg", "error", "unreadable"), (problem.GetProperty("path").GetString(), problem.GetProperty("severity").GetString(), problem.GetProperty("kind").GetString()));
        Assert.Equal("it is no picture, it begins with \"text\"; JPEG, PNG, WebP, BMP and GIF are read", problem.GetProperty("reason").GetString());
        Assert.Equal(["exact True False", "exact False True"], root.GetProperty("duplicates").EnumerateArray().Select(group => $"{group.GetProperty("kind")} {group.GetProperty("label_conflict")} {group.GetProperty("leak")}"));
        Assert.Equal(4, root.GetProperty("quarantine").GetProperty("paths").GetArrayLength());
    }

    [Fact]
    public void Photos_that_training_leaves_out_are_recorded_and_leave_a_data_set_that_passes()
    {
        MiniPhotos.Make(Photos);
        Plant();
        var answer = Check();
        Assert.Equal(ExitCode.Failed, answer.Code);
        var list = Path.Combine(Output, "quarantine.txt");
        Assert.EndsWith($"\nnext  justalexnet train {Photos} --exclude {list}\n", answer.Out, StringComparison.Ordinal);
        var listed = Names(list);
        Assert.Equal(4, listed.Length);
        Assert.Equal(0, Check("--exclude", list).Code);
        Assert.Equal(listed, Names(list));      // written anew, and whole
        var run = scratch.At("run");
        var trained = Here.Train(Photos, run, "--epochs", "1", "--exclude", list);
        Assert.True(trained.Code == 0, trained.Err);
        var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json"))).RootElement;
        Assert.Equal(list, record.GetProperty("options").GetProperty("exclude").GetString());
        Assert.Equal(4, record.GetProperty("data").GetProperty("excluded").GetArrayLength());
        Assert.Equal((10, 7), (record.GetProperty("data").GetProperty("train_images").GetInt32(), record.GetProperty("data").GetProperty("val_images").GetInt32()));

        var evaluated = Here.Run("evaluate", Photos, "--checkpoint", Path.Combine(run, "best_model.pth"), "--split", "all", "--exclude", list, "--output", scratch.At("evaluation"), "--json");
        Assert.Equal(17, JsonDocument.Parse(evaluated.Lines[^1]).RootElement.GetProperty("images").GetInt32());
    }

    [Fact]
    public void Run_that_goes_on_leaves_out_the_same_photos_wherever_their_list_lies_now()
    {
        MiniPhotos.Make(Photos);
        var photo = Directory.GetFiles(scratch.At("photos", "train", "dress"), "*.jpg").Order(StringComparer.Ordinal).Select(Path.GetFileName).ToList();
        var (list, moved, other, run) = (scratch.At("list.txt"), scratch.At("moved.txt"), scratch.At("other.txt"), scratch.At("run"));
        File.WriteAllText(list, $"train/dress/{photo[0]}\n");
        File.WriteAllText(other, $"train/dress/{photo[1]}\n");
        Assert.Equal(0, Here.Train(Photos, run, "--epochs", "1", "--exclude", list).Code);

        var goesOn = Here.Run("train", Photos, "--resume", "auto", "--output", run, "--epochs", "2");
        Assert.Contains("11 training", goesOn.Out, StringComparison.Ordinal);
        File.Move(list, moved);
        Assert.StartsWith($"error: cannot read {list}: there is no such file\n", Here.Run("train", Photos, "--resume", "auto", "--output", run, "--epochs", "3").Err, StringComparison.Ordinal);
        Assert.Equal(0, Here.Run("train", Photos, "--resume", "auto", "--output", run, "--epochs", "3", "--exclude", moved).Code);
        var refused = Here.Run("train", Photos, "--resume", "auto", "--output", run, "--epochs", "4", "--exclude", other);
        Assert.Equal(ExitCode.Failed, refused.Code);
        Assert.Contains("was trained on other pictures than those in", refused.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_a_list_that_are_not_there_are_refused_by_every_verb_that_takes_one()
    {
        MiniPhotos.Make(Photos);
        var list = scratch.At("list.txt");
        File.WriteAllText(list, "train/dress/none.jpg\n");
        string[] refusal =
        [
            $"error: {list} names 1 picture that is not in {Photos}: train/dress/none.jpg",
            "  Expected paths relative to that folder, / between the parts, such as train/cat/1.jpg. Correct or remove the lines, or have dataset check write the list anew.",
        ];
        Check("--exclude", list).IsBareRefusal(ExitCode.Failed, refusal);
        Here.Train(Photos, scratch.At("run"), "--exclude", list).IsBareRefusal(ExitCode.Failed, refusal);
        Here.Run("evaluate", Photos, "--checkpoint", model.Best, "--exclude", list, "--output", scratch.At("evaluation")).IsRefusal(ExitCode.Failed, refusal);
        Here.Run("transfer", Photos, "--pretrained", model.Best, "--exclude", list, "--output", scratch.At("transfer")).IsBareRefusal(ExitCode.Failed, refusal);
        Here.Run("dataset", "show", Photos, "--exclude", list, "--output", scratch.At("a.png")).IsBareRefusal(ExitCode.Failed, refusal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Wrong_values_are_refused_together_with_nothing_written()
    {
        MiniPhotos.Make(Photos);
        Check("--workers", "0", "--doubts", "-1").IsBareRefusal(ExitCode.Usage, "error: --doubts is -1, expected 0 or more", "  --workers is 0, expected auto or 1 to 512", "  See: justalexnet dataset check --help");
        Here.Run("dataset", "check", Photos, "--output", Path.Combine(Photos, "check")).IsBareRefusal(ExitCode.Failed, $"error: --output {Photos}/check lies in {Photos}, which is only looked at.", "  Name a folder outside.");
        Assert.StartsWith($"error: cannot read {scratch.At("none.pth")}: there is no such file.\n", Check("--checkpoint", scratch.At("none.pth")).Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Labels_that_a_network_doubts_are_listed_with_the_likely_one_and_whether_it_was_trained_on_them()
    {
        var answer = CheckOf(model.Folder, "--checkpoint", model.Best, "--json");
        var all = JsonDocument.Parse(answer.Out).RootElement.GetProperty("doubts").EnumerateArray().ToList();
        var measured = JsonDocument.Parse(Here.Run("evaluate", model.Folder, "--checkpoint", model.Best, "--split", "all", "--json", "--output", scratch.At("evaluation")).Lines[^1]).RootElement;
        Assert.Equal((int)Math.Round(15 * (1 - measured.GetProperty("top1").GetDouble())), all.Count);
        Assert.NotEmpty(all);
        Assert.Equal(all.Select(Probability).Order(), all.Select(Probability));
        Assert.All(all, doubt => Assert.NotEqual(doubt.GetProperty("class").GetString(), doubt.GetProperty("likely").GetString()));
        Assert.All(all, doubt => Assert.Equal(doubt.GetProperty("class").GetString(), doubt.GetProperty("path").GetString()!.Split('/')[0]));
        var held = JsonDocument.Parse(Here.Run("evaluate", model.Folder, "--checkpoint", model.Best, "--json", "--output", scratch.At("evaluation")).Lines[^1]).RootElement;
        Assert.Equal((int)Math.Round(3 * (1 - held.GetProperty("top1").GetDouble())), all.Count(doubt => doubt.GetProperty("seen").GetString() == "held_out"));
        Assert.All(all, doubt => Assert.NotEqual("unknown", doubt.GetProperty("seen").GetString()));

        var text = CheckOf(model.Folder, "--checkpoint", model.Best, "--doubts", "1").Out;
        Assert.Contains(all.Count == 1 ? "1 label that the network doubts" : $"{all.Count} labels that the network doubts", text, StringComparison.Ordinal);
        Assert.Contains($"  {all[0].GetProperty("path")}  {all[0].GetProperty("class")} ", text, StringComparison.Ordinal);
        Assert.Contains($"#{all[0].GetProperty("path")}", File.ReadAllLines(Path.Combine(Output, "quarantine.txt")));
    }

    [Fact]
    public void Checkpoint_of_other_classes_is_refused()
    {
        MiniPhotos.Make(Photos);
        var answer = Check("--checkpoint", model.Best);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.Contains($"error: {model.Best} knows none of the classes of {Photos}, or no picture of them can be read\n  It knows cats, dogs, owls.", answer.Err, StringComparison.Ordinal);
    }

    private static string[] Names(string list) => [.. File.ReadAllLines(list).Where(line => line.Length > 0 && line[0] != '#').Order(StringComparer.Ordinal)];

    private static double Probability(JsonElement doubt) => doubt.GetProperty("probability").GetDouble();

    // A file that is no picture, a conflict and a leak.
    private void Plant()
    {
        var dress = Directory.GetFiles(scratch.At("photos", "train", "dress"), "*.jpg").Order(StringComparer.Ordinal).ToList();
        File.Copy(dress[0], scratch.At("photos", "train", "hat", "conflict.jpg"));
        File.Copy(dress[1], scratch.At("photos", "val", "dress", "leak.jpg"));
        File.WriteAllText(scratch.At("photos", "train", "dress", "text.jpg"), "text");
    }

    private Answer Check(params string[] more) => CheckOf(Photos, more);

    private Answer CheckOf(string photos, params string[] more) => Here.Run(["dataset", "check", photos, "--output", Output, .. more]);
}
