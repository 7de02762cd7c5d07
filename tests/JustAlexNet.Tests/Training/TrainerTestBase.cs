using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.TestSupport;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

/// <summary>Loops over a few real photos, without the files of a run.</summary>
public abstract class TrainerTestBase : IDisposable
{
    private protected const int Classes = 3;

    private protected Scratch Scratch { get; } = new();

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A loop that is stopped after so many calls of <see cref="TrainingListener.StepDone"/>, or never.</summary>
    private protected Loop Begin(TrainingOptions options, string model = "resnet18", int batch = 3, Sampling sampling = Sampling.Uniform, int photos = 4, string? from = null) =>
        new(Photos(photos), model, options with { Precision = "fp32" }, batch, sampling, from);

    /// <summary>Trains from beginning to end, and once more with an interruption after so many steps; both end with the same checkpoint.</summary>
    private protected void EndsAsIfItNeverStopped(TrainingOptions options, int stopAfter, string model = "resnet18", int batch = 3)
    {
        using (var whole = Begin(options, model, batch))
        {
            whole.Run();
            whole.Save(Scratch.At("whole.pth"));
        }
        using (var first = Begin(options, model, batch))
        {
            Assert.Equal(TrainingOutcome.Interrupted, first.Run(stopAfter));
            Assert.NotEqual(0, first.Trainer.Position.Step);        // inside an epoch
            first.Save(Scratch.At("broken.pth"));
        }
        using (var second = Begin(options, model, batch, from: Scratch.At("broken.pth")))
        {
            Assert.Equal(TrainingOutcome.Finished, second.Run());
            second.Save(Scratch.At("resumed.pth"));
        }
        Assert.Equal(Runs.Tests.RunSteps.Content(Scratch.At("whole.pth")), Runs.Tests.RunSteps.Content(Scratch.At("resumed.pth")));
    }

    private string Photos(int train)
    {
        var folder = Scratch.At($"photos-{train}");
        return Directory.Exists(folder) ? folder : MiniPhotos.Make(folder, Classes, train, val: 2);
    }

    private protected sealed class Loop : IDisposable
    {
        private readonly Loader training, validation;
        private readonly StopAfter stop = new();
        private readonly ImageFolder data;

        public Loop(string folder, string model, TrainingOptions options, int batch, Sampling sampling, string? from)
        {
            var side = model == "alexnet" ? 63 : 33;
            data = ImageFolder.Open(folder);
            training = Loader.Training(data.Training, Augmentation.Standard, side, options.Seed, new LoaderOptions { BatchSize = batch, Sampling = sampling });
            validation = Loader.Evaluation(data.Validation, Augmentation.Standard.Evaluation(side), new LoaderOptions { BatchSize = 4 });
            Network = model == "alexnet" ? new AlexNet(Classes, dropout: 0, seed: 1) : ModelCatalogue.Find(model)!.Create(Classes, seed: 1);
            Trainer = new Trainer(Network, training, validation, Augmentation.Standard.Evaluation(side), data.Classes, options, [stop]);
            if (from is not null) Checkpoint.Read(from).RestoreInto(Trainer);
        }

        public Network Network { get; }

        public Trainer Trainer { get; }

        /// <summary>Every rate, by step.</summary>
        public IReadOnlyList<double> Rates => stop.Rates;

        /// <summary>Every position, by step.</summary>
        public IReadOnlyList<TrainingPosition> Positions => stop.Positions;

        public TrainingOutcome Run(int? stopAfter = null)
        {
            using var source = new CancellationTokenSource();
            (stop.Source, stop.Steps) = (source, stopAfter);
            return Trainer.Run(source.Token);
        }

        public void Save(string path) => Checkpoint.Write(path, CheckpointState.Of(Trainer), new CheckpointIdentity(data.Classes, Augmentation.Standard.Evaluation(33), new Dictionary<string, object> { ["precision"] = "fp32" }, DataRecord.Of(data)));

        public double[] Weights() => [.. Network.State.SelectMany(entry => Same.Doubles(entry.Value))];

        public void Dispose()
        {
            Trainer.Dispose();
            Network.Dispose();
            training.Dispose();
            validation.Dispose();
        }
    }

    private sealed class StopAfter : TrainingListener
    {
        public int? Steps { get; set; }
        public CancellationTokenSource? Source { get; set; }
        public List<double> Rates { get; } = [];
        public List<TrainingPosition> Positions { get; } = [];

        public override void StepDone(Trainer trainer)
        {
            Positions.Add(trainer.Position);
            Rates.Add(trainer.LearningRate);
            if (Positions.Count == Steps) Source!.Cancel();
        }
    }
}
