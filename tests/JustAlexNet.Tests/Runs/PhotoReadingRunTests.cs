using JustAlexNet.Data;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>How a run reads its photos is part of its record; where it keeps them decoded is not part of its numbers.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PhotoReadingRunTests : RunTestBase
{
    [Theory]
    [InlineData("basic", "ram"), InlineData("basic", "disk"), InlineData("standard", "ram"), InlineData("standard", "disk")]
    public void Run_with_kept_photos_ends_with_the_checkpoint_of_one_without(string augment, string keeping)
    {
        var plain = Of("plain", augment, "off");
        Execute(plain);
        Execute(Of("kept", augment, keeping).With(Workers, 3));
        Assert.Equal(Numbers("plain"), Numbers("kept"));

        Assert.Equal(TrainingOutcome.Interrupted, ExecuteUntil(4, Of("broken", augment, keeping)).Outcome);
        var goOn = GoOn("broken");
        Assert.Null(goOn.Parse(PhotoSettings.Keeping, keeping));
        Execute(goOn.With(Workers, 2));
        Assert.Equal(Numbers("plain"), Numbers("broken"));

        Execute(Of("exact", augment, "off").With(PhotoSettings.Scaled, false));
        Assert.NotEqual(Numbers("plain"), Numbers("exact"));
    }

    [Fact]
    public void Auto_keeps_photos_in_memory_where_there_is_room_and_a_second_epoch()
    {
        using (var run = Open(Options(), free: 1L << 40)) Assert.NotNull(Reading(run).Cache);
        using (var run = Open(Options(epochs: 1), free: 1L << 40)) Assert.Null(Reading(run).Cache);
        using (var run = Open(Options(), free: null)) Assert.Null(Reading(run).Cache);
        using (var run = Open(Of("out", "standard", "off"), free: 1L << 40)) Assert.Null(Reading(run).Cache);
        using (var run = Open(Of("out", "basic", "ram"), free: null)) Assert.NotNull(Reading(run).Cache);
    }

    [Fact]
    public void Reading_is_recorded_and_another_one_is_refused_when_the_run_goes_on()
    {
        ExecuteUntil(1, Options().With(PhotoSettings.Side, 64));
        var options = Checkpoint.Read(Files(Options()).Latest).Options;
        Assert.Equal(("scaled", 64L), (options["decode"], options["decode_side"]));
        using (var run = Run.Open(GoOn())) Assert.Equal((true, 64), (Reading(run).Scaled, Reading(run).Side));
        using (Run.Open(GoOn().With(PhotoSettings.Scaled, true).With(PhotoSettings.Keeping, PhotoKeeping.Disk))) { }
        Assert.Contains("cannot go on with other options: `decode` exact (the run has scaled).", Assert.Throws<RunException>(() => Run.Open(GoOn().With(PhotoSettings.Scaled, false))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot go on with other options: `decode_side` 80 (the run has 64).", Assert.Throws<RunException>(() => Run.Open(GoOn().With(PhotoSettings.Side, 80))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_from_before_reads_every_pixel_as_it_did()
    {
        var exact = Of("whole", "basic", "off").With(PhotoSettings.Scaled, false);
        Execute(exact);
        ExecuteUntil(4, exact.With(Output, Scratch.At("out")));
        var latest = Files(Options()).Latest;
        var root = (Weights.PickleDictionary)Weights.TorchFile.Read(latest)!;
        var older = new Weights.PickleDictionary();
        foreach (var (name, value) in (Weights.PickleDictionary)root["options"]!)
            if (name is not ("decode" or "decode_side" or "photo_cache")) older.Add(name, value);
        root["options"] = older;
        Weights.TorchFile.Write(latest, root);
        using (var run = Run.Open(GoOn()))
        {
            Assert.Contains($"`decode` is exact: {latest} is older than this setting", run.Notes);
            Assert.DoesNotContain(run.Notes, note => note.Contains("photo_cache", StringComparison.Ordinal));
        }
        Assert.Contains("`decode` scaled (the run has exact)", Assert.Throws<RunException>(() => Run.Open(GoOn().With(PhotoSettings.Scaled, true))).Message, StringComparison.Ordinal);
        Execute(GoOn());
        Assert.Equal(Numbers("whole"), Numbers("out"));
    }

    [Fact]
    public void Bound_below_the_networks_input_is_refused() =>
        Assert.Equal("`decode_side` is 32, expected 40 or more: `image_size` is 33@1,40@2, and smaller photos would only be made larger again",
            Assert.Throws<SettingException>(() => Run.Open(Options().With(TrainSettings.ImageSize, new ImageSizes((33, 1), (40, 2))).With(PhotoSettings.Side, 32))).Message);

    private Recipe Of(string output, string augment, string keeping)
    {
        var recipe = Options(output: output, side: 33, epochs: 3).With(AugmentationSettings.Augment, [augment]);
        Assert.Null(recipe.Parse(PhotoSettings.Keeping, keeping));
        return recipe;
    }

    private static Run Open(Recipe recipe, long? free) => Run.Open(recipe, new() { Memory = new(() => free) });

    private static PhotoReading Reading(Run run) => ((FitPhase)run.Plan.Phases[^1]).Setup.Reading;

    private string Numbers(string output) => string.Join('\n', Content(Scratch.At(output, "latest_model.pth")).Split('\n').Where(line => !line.StartsWith("/options/photo_cache", StringComparison.Ordinal) && !line.StartsWith("/options/workers", StringComparison.Ordinal)));
}
