using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>As <see cref="KilledTrainTests"/>, of fine-tuning after a head.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class KilledTransferTests : PretrainedFixture
{
    [Theory]
    [InlineData(HeadKind.Logistic, "head 1"), InlineData(HeadKind.Linear, "head 2")]
    public void Fine_tuning_that_is_killed_at_every_place_ends_as_if_it_never_was(HeadKind head, string inHead)
    {
        var (whole, broken) = (Recipe("whole", head), Recipe("broken", head));
        Execute(whole);
        var killer = new Killer(place => place == inHead || !place.StartsWith("head", StringComparison.Ordinal));
        Assert.Equal(TrainingOutcome.Finished, killer.Execute(broken.With(Resume, "auto"), 0, 1, 3).Outcome);
        Assert.Equal(15, killer.Places.Count);      // 5 steps, validation, end; twice; and the head

        foreach (var file in new[] { "latest_model.pth", "best_model.pth", "final_model.pth" }) Assert.Equal(Unworked(Scratch.At("whole", file)), Unworked(Scratch.At("broken", file)));
        Assert.Equal(File.ReadAllText(Scratch.At("whole", "confusion_matrix.csv")), File.ReadAllText(Scratch.At("broken", "confusion_matrix.csv")));
        Assert.Equal(RunSteps.History(new RunFolder(Scratch.At("whole"))), RunSteps.History(new RunFolder(Scratch.At("broken"))));
    }

    [Theory]
    [InlineData(HeadKind.Logistic, 1), InlineData(HeadKind.Linear, 4)]
    public void Head_that_is_killed_after_every_epoch_ends_as_if_it_never_was_and_is_then_done(HeadKind head, int kills)
    {
        var (whole, broken) = (Options(output: "whole").With(TransferSettings.Head, head), Options(output: "broken").With(TransferSettings.Head, head).With(Resume, "auto"));
        if (head == HeadKind.Linear) (whole, broken) = (whole.With(Epochs, 4), broken.With(Epochs, 4));
        Execute(whole);
        var killer = new Killer(_ => true);
        Assert.Equal(TrainingOutcome.Finished, killer.Execute(broken, 0, 1, 3).Outcome);
        Assert.Equal(kills, killer.Places.Count);

        foreach (var file in new[] { "best_model.pth", "final_model.pth" }) Assert.Equal(Unworked(Scratch.At("whole", file)), Unworked(Scratch.At("broken", file)));
        Assert.Equal(File.ReadAllText(Scratch.At("whole", "confusion_matrix.csv")), File.ReadAllText(Scratch.At("broken", "confusion_matrix.csv")));
        Assert.Equal(RunSteps.History(new RunFolder(Scratch.At("whole"))), RunSteps.History(new RunFolder(Scratch.At("broken"))));
        using (var again = Run.Open(broken)) Assert.Equal((true, Scratch.At("broken", "best_model.pth")), (again.IsFinished, again.ResumedFrom));
        File.Delete(Scratch.At("broken", "final_model.pth"));       // as if it was killed between its files
        using (var again = Run.Open(broken)) Assert.False(again.IsFinished);
    }

    [Fact]
    public void Head_is_the_same_file_whatever_was_drawn_while_its_features_were_computed()
    {
        foreach (var output in new[] { "computed", "kept" })
        {
            Runtime.RandomState.Seed(output.Length);
            Execute(Options(output: output));
        }
        Assert.Equal(RunSteps.Content(Scratch.At("computed", "best_model.pth")), RunSteps.Content(Scratch.At("kept", "best_model.pth")));
    }

    [Fact]
    public void Confusion_matrix_of_a_head_that_was_not_written_is_measured_again()
    {
        var (whole, broken) = (Recipe("whole", HeadKind.Logistic).With(TransferSettings.Rate, 1e-9), Recipe("broken", HeadKind.Logistic).With(TransferSettings.Rate, 1e-9));
        Execute(whole);
        RunSteps.ExecuteUntil(1, broken);
        File.Delete(Scratch.At("broken", "confusion_matrix.csv"));
        Execute(broken.With(Resume, "auto"));
        Assert.Equal(File.ReadAllText(Scratch.At("whole", "confusion_matrix.csv")), File.ReadAllText(Scratch.At("broken", "confusion_matrix.csv")));
    }

    private Recipe Recipe(string output, HeadKind head)
    {
        var recipe = Tuned(output).With(TransferSettings.Head, head).With(TransferSettings.FrozenNormalisation, false);
        Assert.Null(recipe.Parse(FitSettings.CheckpointEvery, "1step"));
        return recipe;
    }

    private static string Unworked(string checkpoint) => string.Join('\n', RunSteps.Content(checkpoint).Split('\n').Where(line => !line.StartsWith("/options/workers ", StringComparison.Ordinal)));
}
