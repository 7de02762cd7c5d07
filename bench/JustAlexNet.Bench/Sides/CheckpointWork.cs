using System.Diagnostics;
using System.Runtime.InteropServices;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Training;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>Training steps on one fixed batch, and after every few of them a checkpoint as a run saves it: the state is copied, and another thread writes the copy while the steps go on.</summary>
internal sealed partial class CheckpointWork : Work
{
    public const string Wait = "ms a checkpoint that training waits", Processor = "ms a checkpoint of the writer's processor time", Size = "MB a checkpoint", EveryFiftySteps = "% of the run, every 50 steps", EveryTenMinutes = "% of the run, every 10 minutes";

    private const int ThreadClock = 3;      // CLOCK_THREAD_CPUTIME_ID

    private readonly OurStep step;
    private readonly Tensor stored, pixels, labels;
    private readonly CheckpointCopy copy = new();
    private readonly CheckpointIdentity identity;
    private readonly string file = Path.Combine(Directory.CreateTempSubdirectory("justalexnet-bench-").FullName, "latest_model.pth");
    private readonly int stepsPerSave;
    private Task<double> writing = Task.FromResult(0.0);
    private double stepSeconds, waitSeconds, processorSeconds;
    private int steps, saves;

    public CheckpointWork(SideSettings settings)
    {
        if (!OperatingSystem.IsLinux()) throw new CannotRunException("the processor time of a thread is asked of Linux");
        var (count, side) = (settings.Number("batch"), settings.Number("size"));
        stepsPerSave = settings.Number("steps");
        step = new OurStep(settings, Preprocessing.Squash(side), out var about);
        (stored, labels) = (FixedBatch.Pixels(count, side), FixedBatch.Labels(count));
        pixels = stored.permute(0, 3, 1, 2);
        identity = new CheckpointIdentity([.. Enumerable.Range(0, FixedBatch.Classes).Select(i => $"class {i}")], Preprocessing.Squash(side), new Dictionary<string, object>(), DataRecord.Of(ImageFolder.Open(settings.Text("data"))));
        About = $"{about}, a checkpoint after every {stepsPerSave} steps in {Path.GetTempPath()}";
    }

    public override string About { get; }

    public override double Round()
    {
        var (begun, photos) = (Stopwatch.GetTimestamp(), 0L);
        for (var i = 0; i < stepsPerSave; i++) photos += step.Run(pixels, labels);
        stepSeconds += Stopwatch.GetElapsedTime(begun).TotalSeconds;
        begun = Stopwatch.GetTimestamp();
        processorSeconds += writing.GetAwaiter().GetResult();
        var content = copy.Take(new CheckpointState(step.Network, default, [CheckpointPart.Of("optimizer_state_dict", () => step.Optimiser.ToStateDictionary(OurStep.Rate), (_, _) => { })]), identity);
        writing = Task.Run(() => Write(content));
        waitSeconds += Stopwatch.GetElapsedTime(begun).TotalSeconds;
        (steps, saves) = (steps + stepsPerSave, saves + 1);
        return photos;
    }

    // The last write is still under way and counts for the next time.
    public override IReadOnlyDictionary<string, double> Figures()
    {
        processorSeconds += writing.GetAwaiter().GetResult();
        writing = Task.FromResult(0.0);
        var (wait, processor, ofStep) = (waitSeconds / saves, processorSeconds / saves, stepSeconds / steps);
        return new Dictionary<string, double>
        {
            [Wait] = 1000 * wait, [Processor] = 1000 * processor, [Size] = new FileInfo(file).Length / 1e6,
            [EveryFiftySteps] = 100 * (wait + processor) / (50 * ofStep), [EveryTenMinutes] = 100 * (wait + processor) / TimeSpan.FromMinutes(10).TotalSeconds,
        };
    }

    public override void Dispose()
    {
        writing.GetAwaiter().GetResult();
        copy.Dispose();
        step.Dispose();
        pixels.Dispose();
        stored.Dispose();
        labels.Dispose();
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private double Write(PickleDictionary content)
    {
        var begun = ThreadSeconds();
        TorchFile.Write(file, content);
        return ThreadSeconds() - begun;
    }

    private static double ThreadSeconds() => Read(ThreadClock, out var time) == 0 ? time.Seconds + time.Nanoseconds / 1e9 : throw new InvalidOperationException("the system does not tell a thread's processor time");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
