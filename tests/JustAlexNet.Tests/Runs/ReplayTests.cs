using System.Text.Json;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>A recipe is complete: what a run records makes the same run again, and what it found is not lost when it goes on.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ReplayTests : PretrainedFixture
{
    [Theory]
    [InlineData("train"), InlineData("head logistic"), InlineData("head linear"), InlineData("finetune")]
    public void Recipe_of_a_record_or_a_checkpoint_gives_the_same_run_bit_for_bit(string kind)
    {
        var recipe = RecipeOf(kind);
        Execute(recipe);
        var first = new RunFolder(recipe.Get(Output));
        var fromRecord = Recipe.Of(recipe.Schema, Options(first), first.Record).With(Output, Scratch.At("record"));
        var fromCheckpoint = Recipe.Of(recipe.Schema, Checkpoint.Read(first.Best).Options, first.Best).With(Output, Scratch.At("checkpoint"));
        Assert.All([fromRecord, fromCheckpoint], again =>
        {
            Execute(again);
            var second = new RunFolder(again.Get(Output));
            Assert.Equal(RunSteps.Content(first.Best), RunSteps.Content(second.Best));
            Assert.Equal(RunSteps.History(first), RunSteps.History(second));
            Assert.Equal(Without(Options(first)), Without(Options(second)));
        });
        Execute(recipe.With(Seed, 5).With(Output, Scratch.At("other")));
        Assert.NotEqual(RunSteps.History(first), RunSteps.History(new RunFolder(Scratch.At("other"))));
    }

    [Fact]
    public void Run_that_goes_on_keeps_what_its_beginning_found()
    {
        Assert.Equal(TrainingOutcome.Interrupted, RunSteps.ExecuteUntil(6, Tuned()).Outcome);
        var before = Record("out");
        Execute(Tuned().With(Resume, Scratch.At("out", "latest_model.pth")).With(Output, Scratch.At("elsewhere")));
        Assert.Equal(TrainingOutcome.Interrupted, RunSteps.ExecuteUntil(2, GoOn()).Outcome);
        Execute(GoOn());
        Assert.All([Record("out"), Record("elsewhere")], after =>
        {
            Assert.Equal("finished", after.GetProperty("result").GetProperty("outcome").GetString());
            Assert.Equal(Text(before.GetProperty("pretrained")), Text(after.GetProperty("pretrained")));
            foreach (var entry in new[] { "head_top1", "head_top1_interval", "c", "strengths" })
                Assert.Equal(Text(before.GetProperty("result").GetProperty(entry)), Text(after.GetProperty("result").GetProperty(entry)));
        });
        Assert.Equal(Path.GetFullPath(Weights()), before.GetProperty("pretrained").GetProperty("file").GetString());
        Assert.InRange(before.GetProperty("result").GetProperty("head_top1").GetDouble(), 0, 1);
        Assert.True(before.GetProperty("result").GetProperty("c").GetDouble() > 0);
        Assert.True(before.GetProperty("result").GetProperty("strengths").GetArrayLength() > 1);
    }

    private Recipe RecipeOf(string kind) => kind switch
    {
        // Twelve photos: the usual batch gives way, and the one in force is recorded.
        "train" => new Recipe(TrainSettings.Schema)
        {
            { DataFolder, Photos() }, { TrainSettings.Model, Models.ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 40 }, { Epochs, 3 }, { Schedules.Schedule, "cosine" },
            { Schedules.WarmupEpochs, 1 }, { Data.AugmentationSettings.Augment, ["standard"] }, { TrainSettings.HonoursExif, false }, { SkipsBadImages, true }, { Output, Scratch.At("first") },
        },
        "head logistic" => Options(output: "first").With(TransferSettings.Views, 2),
        "head linear" => Options(output: "first").With(TransferSettings.Head, HeadKind.Linear).With(Epochs, 3),
        _ => Tuned("first").With(TransferSettings.Unfreeze, "layer3").With(SgdOptions.MomentumSetting, 0.8),
    };

    // As a program would read it: numbers, texts, true or false, lists.
    private static Dictionary<string, object?> Options(RunFolder folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(folder.Record));
        return json.RootElement.GetProperty("options").EnumerateObject().ToDictionary(entry => entry.Name, entry => Plain(entry.Value));
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        _ => null,
    };

    private static string Without(Dictionary<string, object?> options) => JsonSerializer.Serialize(options.Where(entry => entry.Key != Output.Name));

    private JsonElement Record(string output)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Scratch.At(output, "run.json")));
        return json.RootElement.Clone();
    }

    private static string Text(JsonElement element) => JsonSerializer.Serialize(element);
}
