using System.Globalization;
using JustAlexNet.Bench;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Export;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Campaigns.Memory;

/// <summary>Long work in one process, whose memory must stand still.</summary>
/// <remarks>Cases 0 to 4 are the five works; 5 to 9 the same with a twentieth of it (ten models), for CI. Each is a process of its own and is measured at ten intervals; the first is not compared, for what is made once is made there.</remarks>
internal sealed class MemoryCampaign : Campaign
{
    private const int Works = 5, Intervals = 10, Side = 33;

    public override string Name => "memory";

    public override string About => string.Create(CultureInfo.InvariantCulture,
        $"2,000 training steps, 200 epochs, 20,000 predictions each by libtorch and by ONNX Runtime, 100 models opened and closed: live native tensors grow by at most {MemorySeries.MoreTensors}, resident memory by at most {MemorySeries.MoreMegabytes} MB after the second of ten intervals, and no tensor is left at the end.");

    public override long StandardCount => Works;

    public override int BlockSize => 1;

    public override TimeSpan CaseLimit => TimeSpan.FromMinutes(15);

    public override long MemoryLimit => 4L << 30;

    public override CaseOutcome Run(CaseContext context)
    {
        TorchRuntime.TuneProcess();         // as the command does
        TorchRuntime.Prepare();
        var share = context.Index < Works ? 1 : 20;
        var series = new MemorySeries();
        var what = (context.Index % Works) switch
        {
            0 => LearnSteps(series, context.Folder, 2000 / share),
            1 => LearnEpochs(series, context.Folder, 200 / share),
            2 => Predict(series, Trained(context.Folder), 20_000 / share),
            3 => Predict(series, Exported(context.Folder), 20_000 / share),
            _ => OpenModels(series, [Trained(context.Folder), Exported(context.Folder)], Math.Max(100 / share, Intervals)),
        };
        return new($"{what}: {series}", series.Fault);
    }

    private static string LearnSteps(MemorySeries series, string folder, int steps)
    {
        using var stop = new CancellationTokenSource();
        Learn(Sample(folder, epochs: 1000).With(BatchSize, 4), new Meter(series, steps / Intervals, 0), stop, steps);
        series.End();
        return string.Create(CultureInfo.InvariantCulture, $"{steps:N0} training steps of resnet18");
    }

    private static string LearnEpochs(MemorySeries series, string folder, int epochs)
    {
        using var stop = new CancellationTokenSource();
        Learn(Tiny(folder, epochs), new Meter(series, 0, epochs / Intervals), stop, int.MaxValue);
        series.End();
        return string.Create(CultureInfo.InvariantCulture, $"{epochs:N0} epochs of resnet18 with validation, curves and checkpoints");
    }

    private static string Predict(MemorySeries series, string model, int count)
    {
        using (var predictor = new Predictor(ModelFile.Open(model)))
        {
            string[] photos = [.. Directory.GetFiles(Path.Combine(Checkout.Root, "samples", "clothing-mini", "val"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            Picture[] pictures = [.. photos.Select(photo => Picture.Bytes(File.ReadAllBytes(photo)))];
            var done = 0;
            for (var interval = 1; interval <= Intervals; interval++)
            {
                for (; done < (long)count * interval / Intervals; done += pictures.Length)
                    if (predictor.Predict(pictures).Count(answer => answer.Error is null) != pictures.Length) throw new InvalidOperationException("a picture of the sample cannot be read");
                series.Measure();
            }
        }
        series.End();
        return string.Create(CultureInfo.InvariantCulture, $"{count:N0} predictions by {Path.GetExtension(model)}");
    }

    private static string OpenModels(MemorySeries series, IReadOnlyList<string> models, int count)
    {
        var photo = Directory.GetFiles(Path.Combine(Checkout.Root, "samples", "clothing-mini", "val"), "*.jpg", SearchOption.AllDirectories)[0];
        for (var i = 0; i < count; i++)
        {
            foreach (var model in models)
            {
                using var predictor = new Predictor(ModelFile.Open(model));
                if (predictor.Predict(photo).Error is { } fault) throw new InvalidOperationException(fault);
            }
            if ((i + 1) * Intervals / count > i * Intervals / count) series.Measure();
        }
        series.End();
        return string.Create(CultureInfo.InvariantCulture, $"{count:N0} times a .pth and an .onnx opened, asked once, closed");
    }

    private static string Trained(string folder)
    {
        var recipe = Tiny(folder, epochs: 1);
        using (var run = Runs.Run.Open(recipe)) run.Execute();
        return new RunFolder(recipe.Get(Output)).Best;
    }

    private static string Exported(string folder)
    {
        using var model = ModelFile.Open(Trained(Path.Combine(folder, "exported")));
        var target = Path.Combine(folder, "model.onnx");
        OnnxExport.Write(model, target, new ExportOptions { Overwrite = true });
        return target;
    }

    private static void Learn(Recipe recipe, Meter meter, CancellationTokenSource stop, int steps)
    {
        meter.Stop = done => { if (done == steps) stop.Cancel(); };
        using var run = Runs.Run.Open(recipe);
        run.Add(meter);
        run.Execute(stop.Token);
    }

    private static Recipe Tiny(string folder, int epochs) => Of(Kills.WholeRun.Data.Photos, folder, epochs).With(BatchSize, 4);

    private static Recipe Sample(string folder, int epochs) => Of(Path.Combine(Checkout.Root, "samples", "clothing-mini"), folder, epochs);

    private static Recipe Of(string data, string folder, int epochs) => new(TrainSettings.Schema)
    {
        { DataFolder, data }, { TrainSettings.Model, ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, Side }, { Epochs, epochs }, { Schedules.LearningRate, 0.001 }, { Output, Path.Combine(folder, "run") }, { Overwrite, true },
    };

    /// <summary>Measures every so many steps, or epochs.</summary>
    private sealed class Meter(MemorySeries series, int steps, int epochs) : TrainingListener
    {
        private int done;

        /// <summary>Told of every step.</summary>
        public Action<int> Stop { get; set; } = _ => { };

        public override void StepDone(Trainer trainer)
        {
            Stop(++done);
            if (steps > 0 && done % steps == 0) series.Measure();
        }

        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
        {
            if (epochs > 0 && record.Epoch % epochs == 0) series.Measure();
        }
    }
}
