using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Training.Tests;

public sealed class CheckpointIntervalTests
{
    [Theory]
    [InlineData("10m,1epoch", 600, null, 1, "10m,1epoch"), InlineData("500steps", null, 500, null, "500steps"), InlineData("90s", 90, null, null, "90s"), InlineData("120m", 7200, null, null, "2h")]
    [InlineData("2 epochs, 1 step, 3h", 10800, 1, 2, "3h,1step,2epochs"), InlineData("1steps", null, 1, null, "1step")]
    public void What_is_written_is_read_and_written_again_in_one_way(string text, int? seconds, int? steps, int? epochs, string written)
    {
        var recipe = new Recipe(TrainSettings.Schema);
        Assert.Null(recipe.Parse(FitSettings.CheckpointEvery, text));
        var interval = recipe.Get(FitSettings.CheckpointEvery);
        Assert.Equal(new CheckpointInterval { Time = seconds is { } time ? TimeSpan.FromSeconds(time) : null, Steps = steps, Epochs = epochs }, interval);
        Assert.Equal(written, interval.ToString());
        Assert.Null(recipe.FaultOf(FitSettings.CheckpointEvery));
        Assert.Equal(interval, Recipe.Of(TrainSettings.Schema, new Dictionary<string, object?> { ["checkpoint_every"] = written }, "run.json").Get(FitSettings.CheckpointEvery));
    }

    [Theory]
    [InlineData("10"), InlineData("0m"), InlineData("10 minuten"), InlineData("10m,5m"), InlineData("1epoch,2epochs"), InlineData("-1steps"), InlineData(""), InlineData("1.5h"), InlineData("9999999h"), InlineData("epoch")]
    public void What_is_none_is_refused_with_what_would_be(string text) => Assert.Equal(
        $"`checkpoint_every` is '{text}', expected a time, steps or epochs, or several with commas, each at most once: 10m, 500steps, 1epoch", new Recipe(TrainSettings.Schema).Parse(FitSettings.CheckpointEvery, text));

    [Fact]
    public void Values_from_code_are_checked_too()
    {
        Assert.NotEmpty(new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" }, { FitSettings.CheckpointEvery, new CheckpointInterval() } }.Faults());
        Assert.NotEmpty(new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" }, { FitSettings.CheckpointEvery, new CheckpointInterval { Steps = 0 } } }.Faults());
        Assert.Empty(new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" }, { FitSettings.CheckpointEvery, CheckpointInterval.Standard } }.Faults());
    }
}
