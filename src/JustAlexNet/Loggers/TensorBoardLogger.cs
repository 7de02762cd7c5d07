using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using JustAlexNet.Inference;
using JustAlexNet.Loggers.Format;
using JustAlexNet.Reports;
using JustAlexNet.Training;

namespace JustAlexNet.Loggers;

/// <summary>Writes the course of a run as TensorBoard reads it: one event file a start, which TensorBoard joins.</summary>
/// <remarks>
/// <para>By step, at most once a second and at the end of an epoch, since the host waits for the device: <c>step/loss</c> (mean of the pictures since the value before), <c>step/learning_rate</c>,
/// <c>step/photos_per_second</c>; x is the steps done in the run. By epoch, every column of <c>history.csv</c>: <c>train/...</c>, <c>val/...</c>, <c>epoch/...</c>; x is the epoch. Before these stands
/// <c>head/</c> for a head that a network follows. Values are float32. Pictures: <c>confusion_matrix</c> of every epoch that is the best so far, and <c>batch</c>, the first pictures learned after a
/// start, or in another size, as the network saw them. Text: <c>recipe</c>.</para>
/// <para>On the disk at the end of every epoch and phase; what a killed process leaves can be read up to its last whole record. A file of a run that goes on tells readers to forget the steps that are
/// done again. Not thread-safe.</para>
/// </remarks>
public sealed class TensorBoardLogger : TrainingListener
{
    /// <summary>A pattern of the names of event files.</summary>
    internal const string Files = "events.out.tfevents.*";

    private const int MaxPictures = 32;
    private static readonly TimeSpan StepInterval = TimeSpan.FromSeconds(1);

    private readonly string folder;
    private readonly TimeProvider clock;
    private RunStart? run;
    private EventFile? file;
    private EpochSums logged = EpochSums.None;      // of the epoch at hand, what has gone into values by step
    private long since;
    private double rate, nextRate;
    private int shownSide;

    /// <summary>A logger into a folder; nothing is made before the first phase begins.</summary>
    /// <param name="folder">Need not be there; event files of other starts in it are left alone.</param>
    /// <param name="clock">Null: the system's.</param>
    public TensorBoardLogger(string folder, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (this.folder, this.clock) = (folder, clock ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public override void Started(RunStart run) => this.run = run;

    /// <inheritdoc/>
    public override void PhaseStarted(TrainingPhase phase)
    {
        var trainer = phase as Trainer;
        if (file is null) Open(trainer is null ? 0 : StepsDone(trainer));
        if (trainer is null) return;
        (logged, nextRate) = (trainer.ReadSums(), trainer.LearningRate);
        since = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void BatchTrained(Trainer trainer, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Side == shownSide) return;
        shownSide = batch.Side;
        var names = batch.Labels.Take(MaxPictures).Select(label => run?.Names[label] ?? label.ToString(CultureInfo.InvariantCulture));
        var pictures = batch.ReadPictures(MaxPictures);
        try
        {
            file!.Write(StepsDone(trainer), ImageOf("batch", PictureGrid.Draw(pictures, [.. names])));
        }
        finally
        {
            foreach (var picture in pictures) picture.Dispose();
        }
    }

    /// <inheritdoc/>
    public override void StepDone(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        (rate, nextRate) = (nextRate, trainer.LearningRate);
        if (clock.GetElapsedTime(since) >= StepInterval) WriteSteps(trainer);
    }

    /// <inheritdoc/>
    public override void ValidationStarted(Trainer trainer) => WriteSteps(trainer);

    /// <inheritdoc/>
    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        ArgumentNullException.ThrowIfNull(phase);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(validation);
        var (prefix, k) = (phase.IsLast ? "" : $"{phase.Name}/", phase.TopK);
        file!.Write(record.Epoch, [.. new[]
        {
            ("epoch/learning_rate", record.LearningRate), ("epoch/seconds", record.Seconds), ("epoch/photos_per_second", record.PhotosPerSecond), ("epoch/image_size", record.ImageSize),
            ("train/loss", record.TrainLoss), ("train/top1", record.TrainTop1), ($"train/top{k}", record.TrainTopK), ("val/loss", record.ValLoss), ("val/top1", record.ValTop1), ($"val/top{k}", record.ValTopK),
        }.Select(entry => Scalar(prefix + entry.Item1, entry.Item2))]);
        if (isBest && ConfusionMatrixPicture.Absence(validation.Confusion.Classes) is null)
            file.Write(record.Epoch, ImageOf($"{prefix}confusion_matrix", ConfusionMatrixPicture.Draw(validation.Confusion, new ConfusionMatrixTexts { Names = run?.Names })));
        file.Flush(toDisk: true);
        if (phase is not Trainer trainer) return;
        (logged, nextRate) = (EpochSums.None, trainer.LearningRate);
        since = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome)
    {
        if (phase is Trainer trainer) WriteSteps(trainer);
        file!.Flush(toDisk: true);
    }

    /// <inheritdoc/>
    public override void Ended(RunEnd end) => file?.Flush(toDisk: true);

    /// <inheritdoc/>
    public override void Dispose()
    {
        file?.Dispose();
        file = null;
        base.Dispose();
    }

    private void Open(long stepsDone)
    {
        file = EventFile.Create(folder, clock);
        file.Write(new Event { Step = stepsDone == 0 ? 0 : stepsDone + 1, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        if (run is not null) file.Write(stepsDone, Text("recipe", $"```yaml\n{run.RecipeText}```"));
    }

    private void WriteSteps(Trainer trainer)
    {
        var (sums, seconds) = (trainer.ReadSums(), clock.GetElapsedTime(since).TotalSeconds);       // the host waits for the device
        if (sums.Images - logged.Images is not (> 0 and var images)) return;
        file!.Write(StepsDone(trainer), Scalar("step/loss", (sums.Loss - logged.Loss) / images), Scalar("step/learning_rate", rate), Scalar("step/photos_per_second", images / Math.Max(seconds, 1e-9)));
        file.Flush(toDisk: false);
        (logged, since) = (sums, clock.GetTimestamp());
    }

    private static long StepsDone(Trainer trainer) => (long)trainer.Position.Epoch * trainer.StepsPerEpoch + trainer.Position.Step;

    private static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    private static Summary.Types.Value ImageOf(string tag, byte[] png) => new()
    {
        Tag = tag,
        Image = new()
        {
            Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),     // of the chunk IHDR, which comes first
            Colorspace = 4, EncodedImageString = UnsafeByteOperations.UnsafeWrap(png),
        },
    };

    private static Summary.Types.Value Text(string tag, string text) => new()
    {
        Tag = tag,
        Metadata = new() { PluginData = new() { PluginName = "text" } },
        Tensor = new() { Dtype = DataType.DtString, TensorShape = new() { Dim = { new TensorShapeProto.Types.Dim { Size = 1 } } }, StringVal = { ByteString.CopyFromUtf8(text) } },
    };

    /// <summary>Events one after the other, each as a TFRecord: length (uint64), its CRC, the bytes, their CRC; little-endian, CRC-32C masked. A record goes out in one piece.</summary>
    private sealed class EventFile : IDisposable
    {
        private const uint Mask = 0xa282ead8;

        private readonly FileStream stream;
        private readonly TimeProvider clock;

        private EventFile(FileStream stream, TimeProvider clock) => (this.stream, this.clock) = (stream, clock);

        /// <exception cref="IOException">Nothing can be written there.</exception>
        /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
        public static EventFile Create(string folder, TimeProvider clock)
        {
            Directory.CreateDirectory(folder);
            var start = string.Create(CultureInfo.InvariantCulture, $"{Files[..^1]}{clock.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}");
            var number = 0;
            while (File.Exists(Path.Combine(folder, $"{start}.{number}"))) number++;
            var file = new EventFile(new FileStream(Path.Combine(folder, $"{start}.{number}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read), clock);
            file.Write(new Event { FileVersion = "brain.Event:2", SourceMetadata = new SourceMetadata { Writer = "justalexnet" } });
            return file;
        }

        public void Write(long step, params Summary.Types.Value[] values) => Write(new Event { Step = step, Summary = new Summary { Value = { values } } });

        public void Write(Event entry)
        {
            entry.WallTime = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
            var size = entry.CalculateSize();
            var record = new byte[12 + size + 4];
            BinaryPrimitives.WriteInt64LittleEndian(record, size);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
            entry.WriteTo(record.AsSpan(12, size));
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + size), Masked(record.AsSpan(12, size)));
            stream.Write(record);
        }

        public void Flush(bool toDisk) => stream.Flush(toDisk);

        public void Dispose() => stream.Dispose();

        private static uint Masked(ReadOnlySpan<byte> bytes)
        {
            var crc = ~0u;
            for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            foreach (var one in bytes) crc = BitOperations.Crc32C(crc, one);
            return BitOperations.RotateRight(~crc, 15) + Mask;
        }
    }
}
