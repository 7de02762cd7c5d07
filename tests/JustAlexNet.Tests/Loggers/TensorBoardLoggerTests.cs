using System.Globalization;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using SkiaSharp;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Loggers.Tests;

[Collection(NativeTensors.Name)]
[NoTensorLeft]
public sealed class TensorBoardLoggerTests(TensorBoardLoggerTests.ThreeEpochs three) : IDisposable, IClassFixture<TensorBoardLoggerTests.ThreeEpochs>
{
    private static readonly (string Tag, string Column, double Rounding)[] ByEpoch =
    [
        ("epoch/learning_rate", "lr", 0), ("train/loss", "train_loss", 0), ("train/top1", "train_top1", 0), ("train/top3", "train_top3", 0), ("val/loss", "val_loss", 0), ("val/top1", "val_top1", 0), ("val/top3", "val_top3", 0),
        ("epoch/seconds", "seconds", 0.00051), ("epoch/photos_per_second", "photos_per_second", 0.0051), ("epoch/image_size", "image_size", 0),
    ];

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Checksum_of_the_parser_is_the_published_one() => Assert.Equal(0xE3069283u, EventRecords.Checksum("123456789"u8));

    [Fact]
    public void Values_by_epoch_are_those_of_the_history()
    {
        var files = three.Files;
        var log = Log(files);
        Assert.Equal("brain.Event:2", log.Version);
        Assert.Equal([0], log.Restarts);
        var lines = File.ReadAllLines(files.History).Select(line => line.Split(',')).ToList();
        Assert.Equal(ByEpoch.Select(entry => entry.Column).Append("epoch").Order(), lines[0].Order());
        foreach (var (tag, column, rounding) in ByEpoch)
        {
            var values = log.Values.Where(value => value.Tag == tag).ToList();
            Assert.Equal([1, 2, 3], values.Select(value => value.Step));
            var place = Array.IndexOf(lines[0], column);
            foreach (var (value, line) in values.Zip(lines.Skip(1)))
            {
                var expected = double.Parse(line[place], CultureInfo.InvariantCulture);
                if (rounding == 0) Assert.Equal((float)expected, value.Number);
                else Assert.Equal(expected, value.Number!.Value, rounding + expected * 1e-6);
            }
        }
    }

    [Fact]
    public void Values_by_step_stand_at_the_steps_and_add_up_to_the_epoch()
    {
        var log = Log(three.Files);
        var (losses, rates) = (Numbers(log, "step/loss"), Numbers(log, "step/learning_rate"));
        Assert.Equal(Enumerable.Range(1, 9).Select(step => (long)step), losses.Select(value => value.Step));       // 12 photos, 4 a step: the clock below passes a second in each
        foreach (var (epoch, part) in losses.Chunk(3).Index()) Assert.Equal(Numbers(log, "train/loss")[epoch].Number!.Value, part.Average(value => value.Number!.Value), 1e-5);
        foreach (var (epoch, part) in rates.Chunk(3).Index()) Assert.All(part, value => Assert.Equal(Numbers(log, "epoch/learning_rate")[epoch].Number, value.Number));
        Assert.Equal(3, rates.Select(value => value.Number).Distinct().Count());
        Assert.All(Numbers(log, "step/photos_per_second"), value => Assert.InRange(value.Number!.Value, 0.01f, 4f));     // 4 photos, a second or more
        Assert.Equal(log.WallTimes.Order(), log.WallTimes);
        Assert.True(log.WallTimes[0] >= new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds());
    }

    [Fact]
    public void Within_a_second_only_the_end_of_an_epoch_is_written()
    {
        var log = Log(Execute(Train(("epochs", "2")), new Clock(TimeSpan.Zero)));
        Assert.Equal([3, 6], Numbers(log, "step/loss").Select(value => value.Step));
        Assert.Equal(Numbers(log, "train/loss").Select(value => value.Number!.Value), Numbers(log, "step/loss").Select(value => value.Number!.Value), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Pictures_are_PNG_files_of_the_size_they_say()
    {
        var seen = new Seen();
        var log = Log(Execute(Train(("epochs", "2")), null, seen));
        foreach (var value in log.Values.Where(value => value.Picture is not null))
        {
            using var decoded = SKBitmap.Decode(value.Picture!.Value.Png);
            Assert.Equal((decoded.Width, decoded.Height, 4), (value.Picture.Value.Width, value.Picture.Value.Height, value.Picture.Value.Colours));
        }
        Assert.NotEmpty(seen.Bests);
        Assert.Equal(seen.Bests, log.Values.Where(value => value.Tag == "confusion_matrix").Select(value => value.Step));
        var batch = Assert.Single(log.Values, value => value.Tag == "batch");
        Assert.Equal((1, 4 * (99 + 6) + 6, 99 + 20 + 12), (batch.Step, batch.Picture!.Value.Width, batch.Picture.Value.Height));        // four pictures of 33 pixels, three times as large
    }

    [Fact]
    public void Batch_shows_the_pixels_that_the_network_was_given()
    {
        var seen = new Seen();
        var log = Log(Execute(Train(("epochs", "1"), ("augment", "standard"), ("precision", "fp32")), null, seen));
        using var sheet = SKBitmap.Decode(log.Values.Single(value => value.Tag == "batch").Picture!.Value.Png);
        Assert.NotEqual(seen.Pixels[0], seen.Pixels[1]);
        foreach (var (index, pixels) in seen.Pixels.Index())
            for (var i = 0; i < 33 * 33; i++)
            {
                var colour = sheet.GetPixel(6 + index * 105 + i % 33 * 3 + 1, 6 + i / 33 * 3 + 1);
                Assert.Equal((pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]), (colour.Red, colour.Green, colour.Blue));
            }
    }

    [Fact]
    public void Text_is_the_recipe_of_the_run()
    {
        var files = three.Files;
        var text = Assert.Single(Log(files).Values, value => value.Text is not null);
        Assert.Equal(("recipe", "text", $"```yaml\n{File.ReadAllText(files.Recipe)}```"), (text.Tag, text.Plugin, text.Text));
    }

    [Fact]
    public void A_run_that_goes_on_begins_a_file_at_its_next_step()
    {
        var recipe = Train(("epochs", "2"));
        using (var stop = new CancellationTokenSource()) Execute(recipe, null, new StopAfter(4, stop), stop.Token);
        var files = Execute(recipe.With(Resume, "auto"));
        var logs = Directory.GetFiles(Path.Combine(files.Folder, "tensorboard")).Order(StringComparer.Ordinal).Select(EventRecords.Read).ToList();
        Assert.Equal(2, logs.Count);
        Assert.Equal([5], logs[1].Restarts);
        Assert.Equal([1, 2, 3, 4, 5, 6], logs.SelectMany(log => Numbers(log, "step/loss")).Select(value => value.Step));
        Assert.Equal([1, 2], logs.SelectMany(log => Numbers(log, "val/top1")).Select(value => value.Step));
    }

    [Fact]
    public void A_run_that_replaces_another_takes_its_event_files_away_and_nothing_else()
    {
        var recipe = Train(("epochs", "1"));
        var folder = Path.Combine(Execute(recipe).Folder, "tensorboard");
        var old = Assert.Single(Directory.GetFiles(folder));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "mine");
        Execute(recipe.With(Overwrite, true));
        Assert.False(File.Exists(old));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.True(File.Exists(Path.Combine(folder, "notes.txt")));
    }

    [Fact]
    public void After_an_error_the_file_is_whole()
    {
        var recipe = Train(("epochs", "2"));
        Assert.ThrowsAny<JustAlexNetException>(() => Execute(recipe, null, new Spoil(Directory.GetFiles(Path.Combine(recipe.Get(DataFolder), "val", "hat"))[0])));
        var log = Log(new RunFolder(recipe.Get(Output)));
        Assert.Equal([1, 2, 3], Numbers(log, "step/loss").Select(value => value.Step));
        Assert.Empty(Numbers(log, "val/top1"));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_run_says_so_and_goes_on()
    {
        var recipe = Train(("epochs", "1"));
        Directory.CreateDirectory(recipe.Get(Output));
        File.WriteAllText(Path.Combine(recipe.Get(Output), "tensorboard"), "in the way");
        var told = new Told();
        Assert.True(File.Exists(Execute(recipe, null, told).Best));
        Assert.Contains("TensorBoardLogger is left out from here on, the run goes on: cannot write: ", Assert.Single(told.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head", "logistic"), InlineData("head", "linear"), InlineData("finetune", "logistic")]
    public void A_head_is_logged_too_and_apart_from_a_network_that_follows(string mode, string head)
    {
        var trained = Execute(Train(("epochs", "1"), ("log", "none")));
        var recipe = Recipe(TransferSettings.Schema, ("data", Photos(scratch)), ("output", scratch.At("transferred")), ("pretrained", trained.Best), ("mode", mode), ("head", head), ("epochs", "2"), ("batch_size", "4"), ("no_cache", "true"), ("early_stop_patience", "0"), ("log", "tensorboard"));
        var log = Log(Execute(recipe));
        var epochs = head == "logistic" ? 1 : 2;
        Assert.Equal(Enumerable.Range(1, epochs).Select(epoch => (long)epoch), Numbers(log, mode == "head" ? "val/top1" : "head/val/top1").Select(value => value.Step));
        Assert.Contains(log.Values, value => value.Tag == (mode == "head" ? "confusion_matrix" : "head/confusion_matrix"));
        if (mode == "finetune") Assert.Equal([1, 2], Numbers(log, "val/top1").Select(value => value.Step));
    }

    [Fact]
    public void TensorBoard_itself_reads_the_file()
    {
        var files = three.Files;
        var said = TensorBoardReader.RunOrSkip("read_events.py", Path.Combine(files.Folder, "tensorboard")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = Log(files).Values.Where(value => value.Number is not null).Select(value => (value.Tag, value.Step, value.Number!.Value));
        var numbers = said.Where(line => !line.StartsWith("other ", StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(part => (Tag: part[0], Step: long.Parse(part[1], CultureInfo.InvariantCulture), float.Parse(part[2], CultureInfo.InvariantCulture)));
        Assert.Equal(expected.OrderBy(value => value.Tag, StringComparer.Ordinal).ThenBy(value => value.Step), numbers.OrderBy(value => value.Tag, StringComparer.Ordinal).ThenBy(value => value.Step));
        Assert.Contains("other images batch", said);
        Assert.Contains("other images confusion_matrix", said);
        Assert.Contains("other tensors recipe", said);
    }

    private Recipe Train(params (string Name, string Value)[] settings) => Train(scratch, settings);

    private static Recipe Train(Scratch scratch, params (string Name, string Value)[] settings) => Recipe(TrainSettings.Schema,
        [("data", Photos(scratch)), ("model", "resnet18"), ("image_size", "33"), ("batch_size", "4"), ("output", scratch.At("out")), ("log", "tensorboard"), .. settings]);

    private static Recipe Recipe(RecipeSchema schema, params (string Name, string Value)[] settings)
    {
        var recipe = new Recipe(schema);
        foreach (var (name, value) in settings) Assert.Null(recipe.Parse(schema.Find(name)!, value));
        return recipe;
    }

    private static string Photos(Scratch scratch) => Directory.Exists(scratch.At("photos")) ? scratch.At("photos") : MiniPhotos.Make(scratch.At("photos"));

    private static RunFolder Execute(Recipe recipe, TimeProvider? clock = null, TrainingListener? listener = null, CancellationToken stop = default)
    {
        using var run = Run.Open(recipe, new RunEnvironment { Clock = clock ?? new Clock(TimeSpan.FromSeconds(1)) }, CancellationToken.None);
        if (listener is not null) run.Add(listener);
        run.Execute(stop);
        return run.Files;
    }

    private static EventRecords Log(RunFolder files)
    {
        var path = Assert.Single(Directory.GetFiles(Path.Combine(files.Folder, "tensorboard")));
        Assert.Matches($@"^events\.out\.tfevents\.\d{{10}}\.{System.Text.RegularExpressions.Regex.Escape(Environment.MachineName)}\.{Environment.ProcessId}\.\d+$", Path.GetFileName(path));
        return EventRecords.Read(path);
    }

    private static List<LoggedValue> Numbers(EventRecords log, string tag) => [.. log.Values.Where(value => value.Tag == tag)];

    /// <summary>A run that is only read.</summary>
    public sealed class ThreeEpochs : IDisposable
    {
        private readonly Scratch scratch = new();

        public ThreeEpochs() => Files = Execute(Train(scratch, ("schedule", "step"), ("epochs", "3")));

        public RunFolder Files { get; }

        public void Dispose() => scratch.Dispose();
    }

    /// <summary>A clock that is further on by so much each time it is asked.</summary>
    private sealed class Clock(TimeSpan step) : TimeProvider
    {
        private DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => GetUtcNow().Ticks;

        public override DateTimeOffset GetUtcNow() => now += step;
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : TrainingListener
    {
        private int done;

        public override void StepDone(Trainer trainer)
        {
            if (++done == steps) stop.Cancel();
        }
    }

    private sealed class Spoil(string photo) : TrainingListener
    {
        public override void StepDone(Trainer trainer) => File.WriteAllText(photo, "no picture");
    }

    private sealed class Told : TrainingListener
    {
        public List<string> Warnings { get; } = [];

        public override void Warned(string message) => Warnings.Add(message);
    }

    private sealed class Seen : TrainingListener
    {
        public List<byte[]> Pixels { get; } = [];

        public List<long> Bests { get; } = [];

        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
        {
            if (isBest) Bests.Add(record.Epoch);
        }

        public override void BatchTrained(Trainer trainer, TrainingBatch batch)
        {
            if (Pixels.Count > 0) return;
            foreach (var picture in batch.ReadPictures(batch.Count))
                using (picture) Pixels.Add(picture.Pixels.ToArray());
        }
    }
}
