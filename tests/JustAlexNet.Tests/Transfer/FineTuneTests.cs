using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FineTuneTests : PretrainedFixture
{
    [Fact]
    public void Network_learns_after_its_head_and_keeps_its_running_statistics()
    {
        var result = Run(Tuned());
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
        Run(Tuned() with { FineTuning = new FineTuning { Unfreeze = "layer4", FrozenNormalisation = false } });
        var (before, after) = (State(Weights(), "resnet18"), State(Scratch.At("out", "final_model.pth")));

        Assert.All(before.Keys.Where(name => !name.StartsWith("layer4.", StringComparison.Ordinal) && !name.StartsWith("fc.", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
        Assert.NotEqual(before["layer4.0.conv1.weight"], after["layer4.0.conv1.weight"]);
        Assert.NotEqual(before["layer4.0.bn1.running_mean"], after["layer4.0.bn1.running_mean"]);
    }

    [Fact]
    public void Unknown_stage_is_refused_with_those_that_there_are()
    {
        var fault = Assert.Throws<TrainingException>(() => Run(Tuned() with { FineTuning = new FineTuning { Unfreeze = "layer9" } }));
        Assert.Equal("`unfreeze` is 'layer9', a stage that resnet18 does not have.\nIt has conv1, bn1, layer1, layer2, layer3, layer4, fc.", fault.Message);
    }

    [Fact]
    public void Fine_tuning_that_was_stopped_ends_with_the_same_weights()
    {
        Run(Tuned());
        using (var stop = new CancellationTokenSource())
        using (var run = TransferRun.Open(Tuned("stopped")))
        {
            run.Add(new StopAfter(6, stop));        // in the second epoch
            Assert.Equal(TrainingOutcome.Interrupted, run.Run(stop.Token).Outcome);
            Assert.False(File.Exists(run.Files.Final));
        }
        var resumed = Options(output: "stopped") with { Mode = TransferMode.FineTune, Resume = "auto", Pretrained = null };
        Run(resumed);
        Run(Tuned("other") with { Seed = 1 });

        var (whole, stopped, other) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("stopped", "final_model.pth")), State(Scratch.At("other", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.NotEqual(whole["conv1.weight"], other["conv1.weight"]);
        using var again = TransferRun.Open(resumed);
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
        var head = new HeadOptions { Kind = HeadKind.Linear, Epochs = 60, EarlyStopPatience = 0 };
        var tuned = Tuned() with { Data = photos, Head = head, Training = Tuned().Training with { Epochs = 1, LearningRate = 1 }, FineTuning = new FineTuning { BackboneRateFactor = 1e-9 } };
        var result = Run(tuned);
        Run(Options(photos, "head") with { Head = head });

        Assert.Equal((0, result.Head!.Top1), (result.Best!.Epoch, result.Best.ValTop1));
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
        var tuned = Tuned() with { Training = Tuned().Training with { Epochs = 3, LearningRate = 1 }, FineTuning = new FineTuning { BackboneRateFactor = 1e-9 } };
        using (var stop = new CancellationTokenSource())
        using (var run = TransferRun.Open(tuned))
        {
            run.Add(new StopAfter(1, stop));
            Assert.Equal(TrainingOutcome.Interrupted, run.Run(stop.Token).Outcome);
        }
        var best = File.ReadAllBytes(Scratch.At("out", "best_model.pth"));
        using var resumed = TransferRun.Open(tuned with { Resume = Scratch.At("out", "latest_model.pth"), Output = Scratch.At(output) });
        Assert.DoesNotContain(resumed.Notes, note => note.Contains("best so far", StringComparison.Ordinal));
        var result = resumed.Run();

        Assert.Equal(resumed.Files.Best, result.BestSaved);
        if (result.Best!.Epoch == 0) Assert.Equal(best, File.ReadAllBytes(resumed.Files.Best));
        else Assert.NotEqual(best, File.ReadAllBytes(resumed.Files.Best));
    }

    [Fact]
    public void Best_model_that_cannot_be_brought_along_costs_no_other_file()
    {
        Run(Tuned() with { Training = Tuned().Training with { Epochs = 1 } });
        Run(Tuned("other") with { Training = Tuned().Training with { Epochs = 1 } });
        using var run = TransferRun.Open(Tuned("other") with { Resume = Scratch.At("out", "latest_model.pth"), Overwrite = true, Training = Tuned().Training with { Epochs = 1 } });
        File.Delete(Scratch.At("out", "best_model.pth"));
        var result = run.Run();
        Assert.Equal([run.Files.Best], result.FilesNotWritten.Keys);
        Assert.True(File.Exists(run.Files.Final) || File.Exists(run.Files.Record));
    }

    [Fact]
    public void Run_killed_in_its_first_epoch_goes_on_from_the_head()
    {
        Run(Tuned());
        using (var run = TransferRun.Open(Tuned("killed")))
        {
            run.Add(new Kill());
            Assert.Throws<InvalidOperationException>(() => run.Run());
            Assert.False(File.Exists(run.Files.Latest));
        }
        var result = Run(Tuned("killed") with { Resume = "auto" });

        var (whole, killed) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("killed", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], killed[name]));
        Assert.Null(result.Head);
        Assert.Equal(Checkpoint.Read(Scratch.At("out", "best_model.pth")).Position, Checkpoint.Read(Scratch.At("killed", "best_model.pth")).Position);
    }

    [Fact]
    public void Stop_while_a_linear_head_learns_leaves_nothing_to_take_for_fine_tuning()
    {
        var options = Tuned("stopped") with { Head = new HeadOptions { Kind = HeadKind.Linear, Epochs = 4 } };
        Run(options with { Output = Scratch.At("out") });
        using (var stop = new CancellationTokenSource())
        using (var run = TransferRun.Open(options))
        {
            run.HeadEpochDone += (epoch, _) =>
            {
                if (epoch.Epoch == 2) stop.Cancel();
            };
            var result = run.Run(stop.Token);
            Assert.Equal((TrainingOutcome.Interrupted, null), (result.Outcome, result.Best));
            Assert.False(run.Files.HoldsRun);
        }
        Run(options with { Resume = "auto" });

        var (whole, stopped) = (State(Scratch.At("out", "final_model.pth")), State(Scratch.At("stopped", "final_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.Equal(3, File.ReadAllLines(Scratch.At("stopped", "history.csv")).Length);
    }

    [Fact]
    public void Damaged_checkpoints_are_not_replaced_by_a_fresh_start()
    {
        Run(Tuned());
        foreach (var name in new[] { "latest_model.pth", "best_model.pth" }) File.WriteAllText(Scratch.At("out", name), "damaged");
        var fault = Assert.Throws<TransferException>(() => TransferRun.Open(Tuned() with { Resume = "auto" }));
        Assert.StartsWith($"no checkpoint in {Scratch.At("out")} is whole:\n", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("\nPass --overwrite instead of --resume to start anew.", fault.Message, StringComparison.Ordinal);
        Assert.Equal("damaged", File.ReadAllText(Scratch.At("out", "latest_model.pth")));
    }

    [Fact]
    public void Everything_that_changes_a_number_goes_on_as_it_was()
    {
        var recipe = Tuned() with
        {
            BatchSize = 5,
            Augmentation = Data.Augmentation.Basic,
            FineTuning = new FineTuning { BackboneRateFactor = 0.1, Unfreeze = "layer3", FrozenNormalisation = false },
            Training = new TrainingOptions
            {
                Epochs = 3, LearningRate = 0.05, Momentum = 0.8, WeightDecay = 1e-3, Schedule = new CosineRate { FinalShare = 0.3, WarmupEpochs = 1 }, EarlyStopPatience = 7,
                EarlyStopMinimumDelta = 0.01, Precision = "bf16",
            },
        };
        Assert.NotEqual(0.1, 0.05 * 0.1 / 0.05);      // the product alone would lose the last bit
        Run(recipe);
        using (var stop = new CancellationTokenSource())
        using (var run = TransferRun.Open(recipe with { Output = Scratch.At("stopped") }))
        {
            run.Add(new StopAfter(6, stop));
            Assert.Equal(TrainingOutcome.Interrupted, run.Run(stop.Token).Outcome);
        }
        using (var run = TransferRun.Open(Options(output: "stopped") with { Mode = TransferMode.FineTune, Resume = "auto", Pretrained = null }))
        {
            run.Run();
            Assert.Equal(recipe.FineTuning, run.Options.FineTuning);
            Assert.Equal(recipe.Training, run.Options.Training);
        }
        var (whole, stopped) = (State(Scratch.At("out", "latest_model.pth")), State(Scratch.At("stopped", "latest_model.pth")));
        Assert.All(whole.Keys, name => Assert.Equal(whole[name], stopped[name]));
        Assert.Equal(History("out"), History("stopped"));
    }

    [Theory]
    [InlineData("image_size"), InlineData("preprocessing"), InlineData("views"), InlineData("head"), InlineData("batch_size"), InlineData("lr_backbone"), InlineData("augment"), InlineData("unfreeze"), InlineData("batch_norm")]
    public void Option_of_the_course_cannot_change_in_between(string name)
    {
        Run(Tuned() with { Training = Tuned().Training with { Epochs = 1 } });
        var other = Tuned() with
        {
            Resume = "auto", ImageSize = 40, Preprocessing = "squash", Views = 2, Head = new HeadOptions { Kind = HeadKind.Linear }, BatchSize = 3, Augmentation = Data.Augmentation.Basic,
            FineTuning = new FineTuning { BackboneRateFactor = 0.5, Unfreeze = "layer4", FrozenNormalisation = false },
        };
        Assert.StartsWith($"{Scratch.At("out", "latest_model.pth")} cannot go on with other options: --{name.Replace('_', '-')} ", Assert.Throws<TransferException>(() => TransferRun.Open(other, new HashSet<string> { name })).Message, StringComparison.Ordinal);
    }

    private string[] History(string output) => [.. File.ReadLines(Scratch.At(output, "history.csv")).Select(line => string.Join(',', line.Split(',')[..^2]))];

    [Fact]
    public void Going_on_with_another_rate_is_refused()
    {
        Run(Tuned());
        var other = Tuned() with { Resume = "auto", Training = Tuned().Training with { LearningRate = 0.5 } };
        var fault = Assert.Throws<TransferException>(() => TransferRun.Open(other, new HashSet<string> { "lr" }));
        Assert.Contains("cannot go on with other options: --lr 0.5 (the run has 0.01)", fault.Message, StringComparison.Ordinal);
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

    private TransferOptions Tuned(string output = "out")
    {
        var options = Options(output: output);
        return options with { Mode = TransferMode.FineTune, BatchSize = 4, Training = options.Training with { Epochs = 2 } };
    }

    private static Dictionary<string, double[]> State(string path, string? model = null)
    {
        using var saved = ModelFile.Open(path, new SavedModelOptions { Model = model, Preprocessing = model is null ? null : Imaging.Preprocessing.ImageNet(Side) });
        return saved.Network!.State.ToDictionary(entry => entry.Key, entry => Same.Doubles(entry.Value));
    }

    private sealed class Kill : TrainingListener
    {
        public override void StepDone(Trainer trainer) => throw new InvalidOperationException("killed");
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : TrainingListener
    {
        private int done;

        public override void StepDone(Trainer trainer)
        {
            if (++done == steps) stop.Cancel();
        }
    }
}
