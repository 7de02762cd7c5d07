using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.CommonSettings;
using static JustAlexNet.Recipes.TransferSettings;
using static TorchSharp.torch;

namespace JustAlexNet.Runs.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FineTuneTests : PretrainedFixture
{
    [Fact]
    public void Network_learns_after_its_head_and_keeps_its_running_statistics()
    {
        var result = Execute(Tuned());
        var (before, after) = (State(Weights(), "resnet18"), State(Scratch.At("out", "final_model.pth")));

        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.NotNull(result.Head);
        Assert.NotEqual(before["conv1.weight"], after["conv1.weight"]);
        Assert.Equal(before["bn1.running_mean"], after["bn1.running_mean"]);
        Assert.Equal(before["layer4.1.bn2.running_var"], after["layer4.1.bn2.running_var"]);
        Assert.Equal(3, File.ReadAllLines(Scratch.At("out", "history.csv")).Length);
    }

    [Fact]
    public void Stages_before_the_unfrozen_one_stay_bit_for_bit()
    {
        Execute(Tuned().With(Unfreeze, "layer4").With(TransferSettings.FrozenNormalisation, false));
        var (before, after) = (State(Weights(), "resnet18"), State(Scratch.At("out", "final_model.pth")));

        Assert.All(before.Keys.Where(name => !name.StartsWith("layer4.", StringComparison.Ordinal) && !name.StartsWith("fc.", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
        Assert.NotEqual(before["layer4.0.conv1.weight"], after["layer4.0.conv1.weight"]);
        Assert.NotEqual(before["layer4.0.bn1.running_mean"], after["layer4.0.bn1.running_mean"]);
    }

    [Fact]
    public void Unknown_stage_is_refused_with_those_that_there_are()
    {
        var fault = Assert.Throws<TrainingException>(() => Run.Open(Tuned().With(Unfreeze, "layer9")));
        Assert.Equal("`unfreeze` is 'layer9', a stage that resnet18 does not have.\nIt has conv1, bn1, layer1, layer2, layer3, layer4, fc.", fault.Message);
    }

    [Fact]
    public void Fine_tuning_that_was_stopped_ends_with_the_same_weights()
    {
        Execute(Tuned());
        Assert.Equal(TrainingOutcome.Interrupted, RunSteps.ExecuteUntil(6, Tuned("stopped")).Outcome);        // in the second epoch
        Assert.False(File.Exists(Scratch.At("stopped", "final_model.pth")));
        Execute(GoOn("stopped"));
        Execute(Tuned("other").With(Seed, 1));

        var (whole, stopped, other) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("stopped", "final_model.pth")), State(Scratch.At("other", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.NotEqual(whole["conv1.weight"], other["conv1.weight"]);
        using var again = Run.Open(GoOn("stopped"));
        Assert.True(again.IsFinished);
    }

    [Fact]
    public void Head_that_no_epoch_passes_is_the_best_model()
    {
        // Measured on the photos that it learned, the head is right throughout; the rate then spoils it.
        var photos = Photos(train: 5);
        foreach (var photo in Directory.GetFiles(Path.Combine(photos, "train"), "*", SearchOption.AllDirectories))
            File.Copy(photo, Path.Combine(photos, "val", Path.GetRelativePath(Path.Combine(photos, "train"), photo)), overwrite: true);
        foreach (var photo in Directory.GetFiles(Path.Combine(photos, "val"), "*", SearchOption.AllDirectories))
            if (!File.Exists(Path.Combine(photos, "train", Path.GetRelativePath(Path.Combine(photos, "val"), photo)))) File.Delete(photo);
        var result = Execute(Tuned(epochs: 1).With(DataFolder, photos).With(Rate, 1).With(BackboneRate, 1e-9));
        Execute(Options(photos, "head").With(CommonSettings.Precision, Runtime.Precision.Fp32));      // as before fine-tuning

        Assert.Equal((0, result.Head!.Validation.Top1), (result.Best!.Epoch, result.Best.ValTop1));
        var (best, alone, final) = (State(Scratch.At("out", "best_model.pth")), State(Scratch.At("head", "best_model.pth")), State(Scratch.At("out", "final_model.pth")));
        Assert.Equal(alone["fc.weight"], best["fc.weight"]);
        Assert.Equal(alone["conv1.weight"], best["conv1.weight"]);
        Assert.NotEqual(alone["fc.weight"], final["fc.weight"]);
        Assert.Equal(File.ReadAllText(Scratch.At("head", "confusion_matrix.csv")), File.ReadAllText(Scratch.At("out", "confusion_matrix.csv")));
        Assert.Equal(2, File.ReadAllLines(Scratch.At("out", "history.csv")).Length);
    }

    [Theory]
    [InlineData("out")]
    [InlineData("elsewhere")]
    public void Head_that_is_best_so_far_stays_so_when_fine_tuning_goes_on(string output)
    {
        var tuned = Tuned(epochs: 3).With(Rate, 1).With(BackboneRate, 1e-9);
        Assert.Equal(TrainingOutcome.Interrupted, RunSteps.ExecuteUntil(1, tuned).Outcome);
        var best = File.ReadAllBytes(Scratch.At("out", "best_model.pth"));
        using var resumed = Run.Open(tuned.With(Resume, Scratch.At("out", "latest_model.pth")).With(Output, Scratch.At(output)));
        Assert.DoesNotContain(resumed.Notes, note => note.Contains("best so far", StringComparison.Ordinal));
        var result = resumed.Execute();

        Assert.Equal(resumed.Files.Best, result.BestSaved);
        if (result.Best!.Epoch == 0) Assert.Equal(best, File.ReadAllBytes(resumed.Files.Best));
        else Assert.NotEqual(best, File.ReadAllBytes(resumed.Files.Best));
    }

    [Fact]
    public void Best_model_that_cannot_be_brought_along_costs_no_other_file()
    {
        Execute(Tuned(epochs: 1));
        Execute(Tuned("other", epochs: 1));
        using var run = Run.Open(Tuned("other", epochs: 1).With(Resume, Scratch.At("out", "latest_model.pth")).With(Overwrite, true));
        File.Delete(Scratch.At("out", "best_model.pth"));
        var result = run.Execute();
        Assert.Equal([run.Files.Best], result.FilesNotWritten.Keys);
        Assert.True(File.Exists(run.Files.Final) || File.Exists(run.Files.Record));
    }

    [Fact]
    public void Run_killed_in_its_first_epoch_goes_on_from_the_head()
    {
        var kill = new CopyInFirstStep(Scratch.At("out"), Scratch.At("killed"));
        Execute(Tuned(), kill);
        Assert.True(kill.IsDone);
        Assert.False(File.Exists(Scratch.At("killed", "latest_model.pth")));
        var result = Execute(Tuned("killed").With(Resume, "auto"));

        var (whole, killed) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("killed", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], killed[name]));
        Assert.Null(result.Head);
        Assert.Equal(Checkpoint.Read(Scratch.At("out", "best_model.pth")).Position, Checkpoint.Read(Scratch.At("killed", "best_model.pth")).Position);
    }

    [Fact]
    public void Stop_while_a_linear_head_learns_leaves_nothing_to_take_for_fine_tuning()
    {
        var options = Tuned("stopped").With(Head, HeadKind.Linear);
        Execute(options.With(Output, Scratch.At("out")));
        using (var stop = new CancellationTokenSource())
        using (var run = Run.Open(options))
        {
            run.Add(new StopInHead(2, stop));
            var result = run.Execute(stop.Token);
            Assert.Equal((TrainingOutcome.Interrupted, null), (result.Outcome, result.Best));
            Assert.False(run.Files.HoldsRun);
        }
        Execute(options.With(Resume, "auto"));

        var (whole, stopped) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("stopped", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.Equal(3, File.ReadAllLines(Scratch.At("stopped", "history.csv")).Length);
    }

    [Fact]
    public void Damaged_checkpoints_are_not_replaced_by_a_fresh_start()
    {
        Execute(Tuned());
        foreach (var name in new[] { "latest_model.pth", "previous_model.pth", "best_model.pth" }) File.WriteAllText(Scratch.At("out", name), "damaged");
        var fault = Assert.Throws<RunException>(() => Run.Open(Tuned().With(Resume, "auto")));
        Assert.StartsWith($"no checkpoint in {Scratch.At("out")} is whole:\n", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("\nPass `overwrite` instead of `resume` to start anew.", fault.Message, StringComparison.Ordinal);
        Assert.Equal("damaged", File.ReadAllText(Scratch.At("out", "latest_model.pth")));
    }

    [Fact]
    public void Everything_that_changes_a_number_goes_on_as_it_was()
    {
        var recipe = Tuned(epochs: 3).With(BatchSize, 5).With(Data.AugmentationSettings.AugmentOrAuto, ["basic"]).With(Rate, 0.05).With(BackboneRate, 0.007).With(Unfreeze, "layer3").With(TransferSettings.FrozenNormalisation, false)
            .With(SgdOptions.MomentumSetting, 0.8).With(Optimisers.WeightDecay, 1e-3).With(Schedules.Schedule, "cosine").With(Schedules.WarmupEpochs, 1).With(EarlyStopPatience, 7)
            .With(FitSettings.EarlyStopMinDelta, 0.01).With(CommonSettings.Precision, Runtime.Precision.Bf16);
        FitSetup setup;
        using (var run = Run.Open(recipe))
        {
            run.Execute();
            setup = ((FitPhase)run.Plan.Phases[^1]).Setup;
        }
        Assert.Equal(TrainingOutcome.Interrupted, RunSteps.ExecuteUntil(6, recipe.With(Output, Scratch.At("stopped"))).Outcome);
        using (var run = Run.Open(GoOn("stopped")))
        {
            run.Execute();
            var now = ((FitPhase)run.Plan.Phases[^1]).Setup;
            Assert.Equal((setup.FineTuning, setup.Training, setup.Augmentation, 5), (now.FineTuning, now.Training, now.Augmentation, now.Loading.BatchSize));
            Assert.Equal(new FineTuning { BackboneRateFactor = 0.007 / 0.05, Unfreeze = "layer3", FrozenNormalisation = false }, now.FineTuning);
            Assert.Equal(new SgdOptions { Momentum = 0.8, WeightDecay = 1e-3 }, now.Training.Optimiser);
            Assert.Equal((7, 0.01, "bf16"), (now.Training.EarlyStopPatience, now.Training.EarlyStopMinimumDelta, now.Training.Precision));
            Assert.Equal(new CosineRate { WarmupEpochs = 1 }, now.Training.Schedule);
        }
        var (whole, stopped) = (State(Scratch.At("out", "latest_model.pth")), State(Scratch.At("stopped", "latest_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.Equal(RunSteps.History(new RunFolder(Scratch.At("out"))), RunSteps.History(new RunFolder(Scratch.At("stopped"))));
    }

    [Theory]
    [InlineData("image_size", "40"), InlineData("preprocessing", "squash"), InlineData("views", "2"), InlineData("head", "linear"), InlineData("batch_size", "3"), InlineData("lr_backbone", "0.5")]
    [InlineData("augment", "basic"), InlineData("unfreeze", "layer4"), InlineData("batch_norm", "train"), InlineData("momentum", "0.5"), InlineData("schedule", "constant"), InlineData("seed", "3")]
    public void Setting_of_the_course_cannot_change_in_between(string name, string text)
    {
        Execute(Tuned(epochs: 1));
        var other = GoOn();
        Assert.Null(other.Parse(other.Schema.Find(name)!, text));
        Assert.StartsWith($"{Scratch.At("out", "latest_model.pth")} cannot go on with other options: `{name}` {text} (the run has ", Assert.Throws<RunException>(() => Run.Open(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Going_on_with_another_rate_is_refused()
    {
        Execute(Tuned());
        var fault = Assert.Throws<RunException>(() => Run.Open(Tuned().With(Resume, "auto").With(Rate, 0.5)));
        Assert.Contains("cannot go on with other options: `lr` 0.5 (the run has 0.01)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_of_backbone_and_head_stand_in_the_given_ratio()
    {
        using var head = ones(1, requires_grad: true);
        using var backbone = ones(1, requires_grad: true);
        using var sgd = new Sgd([KeyValuePair.Create("backbone", backbone), KeyValuePair.Create("head", head)], momentum: 0, weightDecay: 0, rateFactors: [0.1, 1]);
        foreach (var value in new[] { head, backbone })
        {
            using var gradient = ones(1);
            value.grad = gradient;
        }
        sgd.Step(0.5);
        sgd.ClearGradients();
        Assert.Equal(0.5, Same.Doubles(head)[0], 6);
        Assert.Equal(0.95, Same.Doubles(backbone)[0], 6);
    }

    private static Dictionary<string, double[]> State(string path, string? model = null)
    {
        using var saved = ModelFile.Open(path, new SavedModelOptions { Model = model, Preprocessing = model is null ? null : Imaging.Preprocessing.ImageNet(Side) });
        return saved.Network!.State.ToDictionary(entry => entry.Key, entry => Same.Doubles(entry.Value));
    }

    private sealed class StopInHead(int epoch, CancellationTokenSource stop) : TrainingListener
    {
        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
        {
            if (phase.Name == "head" && record.Epoch == epoch) stop.Cancel();
        }
    }

    /// <summary>What a run leaves that is killed in its first step.</summary>
    private sealed class CopyInFirstStep(string folder, string copy) : TrainingListener
    {
        public bool IsDone { get; private set; }

        public override void StepDone(Trainer trainer)
        {
            if (IsDone) return;
            Directory.CreateDirectory(copy);
            const string claimed = ".justalexnet.lock";      // empty, and not to be opened while the run lives
            foreach (var name in Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!))
                if (name == claimed) File.WriteAllText(Path.Combine(copy, name), "");
                else File.Copy(Path.Combine(folder, name), Path.Combine(copy, name));
            IsDone = true;
        }
    }
}
