using JustAlexNet.Data;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>A run that is killed wherever it may be, and goes on each time, ends as one that never stopped.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class KilledTrainTests : RunTestBase
{
    // 3 steps an epoch, 3 epochs: killed after each, in validation, and after it.
    private const int Places = 15;

    [Theory]
    [InlineData("1step"), InlineData("2steps")]
    public void Killed_at_every_place_it_ends_as_a_run_that_never_stopped(string every)
    {
        EndsAsItWould(Everything, every, _ => true, Places);
    }

    [Fact]
    public void Killed_where_gradients_are_added_up_it_ends_the_same() =>
        EndsAsItWould(recipe => recipe.With(StepSettings.Accumulate, 2).With(StepSettings.ClipGradientNorm, 0.5), "1step", place => place.StartsWith("step", StringComparison.Ordinal), 6);

    [Fact]
    public void Killed_with_dropout_it_ends_the_same() =>
        EndsAsItWould(recipe => recipe.With(TrainSettings.Model, Models.ModelCatalogue.Find("alexnet")!).With(TrainSettings.ImageSize, 63).With(Epochs, 1), "2steps", place => place is "step 0.2" or "validation 0", 2);

    [Fact]
    public void Killed_before_its_next_checkpoint_it_does_the_steps_since_the_last_again() => EndsAsItWould(Everything, "1epoch", place => place is "step 1.2" or "step 2.1" or "validation 2", 3);

    [Fact]
    public void Picture_that_was_left_out_before_a_kill_is_still_listed_after_it()
    {
        foreach (var (part, name) in new[] { ("train", "dress"), ("val", "hat") }) File.WriteAllText(Directory.GetFiles(Path.Combine(Photos(), part, name))[0], "junk");
        Recipe Skipping(string output) => Tuned(recipe => recipe.With(SkipsBadImages, true).With(Epochs, 1), output, "1step");
        var whole = Execute(Skipping("whole"));
        var killed = new Killer(place => place == "validation 0").Execute(Skipping("broken").With(Resume, "auto"), 1);      // photos of training are not met again
        Assert.Equal(2, whole.Skipped.Count);
        Assert.Equal(whole.Skipped, killed.Skipped);
    }

    private static Recipe Everything(Recipe recipe) => recipe
        .With(TrainSettings.ImageSize, new ImageSizes((33, 1), (40, 2))).With(Optimisers.Optimizer, "adamw").With(Schedules.LearningRate, 1e-3).With(Schedules.Schedule, "cosine").With(Schedules.WarmupEpochs, 1)
        .With(MixingOptions.MixupSetting, 0.4).With(MixingOptions.CutmixSetting, 1).With(WeightAverageOptions.DecaySetting, 0.7).With(Losses.LabelSmoothing, 0.1).With(Losses.ClassWeights, ClassWeighting.Balanced);

    private Recipe Tuned(Func<Recipe, Recipe> change, string output, string every)
    {
        var recipe = change(Options(output: output, epochs: 3));
        Assert.Null(recipe.Parse(FitSettings.CheckpointEvery, every));
        return recipe;
    }

    private void EndsAsItWould(Func<Recipe, Recipe> change, string every, Func<string, bool> places, int kills)
    {
        var (whole, broken) = (Tuned(change, "whole", every), Tuned(change, "broken", every));
        Execute(whole);
        var killer = new Killer(places);
        Assert.Equal(TrainingOutcome.Finished, killer.Execute(broken.With(Resume, "auto"), 0, 1, 3).Outcome);
        Assert.Equal(kills, killer.Places.Count);

        Assert.Equal(Unworked(Files(whole).Latest), Unworked(Files(broken).Latest));
        Assert.Equal(Unworked(Files(whole).Best), Unworked(Files(broken).Best));
        Assert.Equal(File.ReadAllText(Files(whole).ConfusionTable), File.ReadAllText(Files(broken).ConfusionTable));
        Assert.Equal(RunSteps.History(Files(whole)), RunSteps.History(Files(broken)));
    }

    private static string Unworked(string checkpoint) => string.Join('\n', Content(checkpoint).Split('\n').Where(line => !line.StartsWith("/options/workers ", StringComparison.Ordinal)));
}
