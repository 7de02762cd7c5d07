using System.Text.Json;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>A declaration alone makes a setting, and every fault is told at once.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class AddedSettingTests : RunTestBase
{
    private static readonly Setting<int> Fixed = new("added_fixed", "Of this test", ValueKinds.Whole(1, 9), 3);
    private static readonly Setting<string?> Changing = new("added_changing", "Of this test", ValueKinds.OrNull("none", ValueKinds.Text("a word", "WORD"), isOpen: false), null) { OnResume = OnResume.MayChange };
    private static readonly RecipeSchema More = TrainSettings.Schema.With(Fixed, Changing);

    [Fact]
    public void Added_setting_is_recorded_and_follows_its_rule_of_resuming()
    {
        var (options, goOn) = (Of(Options(epochs: 1)).With(Fixed, 5).With(Changing, "red"), Of(GoOn()));
        Execute(options);
        using var json = JsonDocument.Parse(File.ReadAllText(Files(options).Record));
        Assert.Equal((5, "red"), (json.RootElement.GetProperty("options").GetProperty("added_fixed").GetInt32(), json.RootElement.GetProperty("options").GetProperty("added_changing").GetString()));
        Assert.Equal((5L, "red"), (Checkpoint.Read(Files(options).Latest).Options["added_fixed"], Checkpoint.Read(Files(options).Latest).Options["added_changing"]));

        using (var run = Run.Open(goOn)) Assert.Equal((5, "red"), (run.Recipe.Get(Fixed), run.Recipe.Get(Changing)));
        using (var run = Run.Open(goOn.With(Fixed, 5).With(Changing, "blue"))) Assert.Equal((5, "blue"), (run.Recipe.Get(Fixed), run.Recipe.Get(Changing)));
        Assert.Contains("cannot go on with other options: `added_fixed` 4 (the run has 5).", Assert.Throws<RunException>(() => Run.Open(goOn.With(Fixed, 4))).Message, StringComparison.Ordinal);
        Assert.Equal("`added_fixed` is 12, expected 1 to 9", Assert.Throws<SettingException>(() => Run.Open(goOn.With(Fixed, 12))).Message);
    }

    [Fact]
    public void Checkpoint_older_than_a_setting_goes_on_with_its_default_and_says_so()
    {
        ExecuteUntil(1, Options());
        var latest = Files(Options()).Latest;
        using (var run = Run.Open(Of(GoOn())))
        {
            Assert.Equal((3, null), (run.Recipe.Get(Fixed), run.Recipe.Get(Changing)));
            Assert.Contains($"`added_fixed` is 3: {latest} is older than this setting", run.Notes);
            Assert.Contains($"`added_changing` is none: {latest} is older than this setting", run.Notes);
        }
        using (var run = Run.Open(GoOn())) Assert.DoesNotContain(run.Notes, note => note.Contains("older than", StringComparison.Ordinal));
        using (var run = Run.Open(Of(GoOn()).With(Changing, "blue")))
        {
            Assert.Equal("blue", run.Recipe.Get(Changing));
            Assert.DoesNotContain(run.Notes, note => note.StartsWith("`added_changing`", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Recorded_value_that_is_none_of_its_setting_is_an_error()
    {
        ExecuteUntil(1, Options());
        var latest = Files(Options()).Latest;
        var root = (Weights.PickleDictionary)Weights.TorchFile.Read(latest)!;
        ((Weights.PickleDictionary)root["options"]!)["exif"] = "later";
        Weights.TorchFile.Write(latest, root);
        Assert.Equal($"{latest} records `exif` as 'later', which is no value of it (apply|ignore).\nUse the version of justalexnet that wrote it.", Assert.Throws<SettingException>(() => Run.Open(GoOn())).Message);
    }

    [Fact]
    public void Faults_that_do_not_depend_on_each_other_are_told_together()
    {
        Execute(Options(epochs: 1));
        var fault = Assert.Throws<SeveralFaultsException>(() => Run.Open(Options().With(Device, "cuda:99").With(DataFolder, Scratch.At("nowhere"))));
        Assert.Equal([typeof(RuntimeException), typeof(RunException), typeof(Inference.DataException)], fault.Faults.Select(one => one.GetType()));
        Assert.Equal(string.Join('\n', fault.Faults.Select(one => one.Message)), fault.Message);
        Assert.Contains("cuda:99", fault.Faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("holds a run already", fault.Faults[1].Message, StringComparison.Ordinal);
        Assert.Contains(Scratch.At("nowhere"), fault.Faults[2].Message, StringComparison.Ordinal);
    }

    // The same values under the larger schema.
    private static Recipe Of(Recipe recipe)
    {
        var larger = new Recipe(More);
        foreach (var (setting, _) in recipe.Where(pair => recipe.IsGiven(pair.Key))) Assert.Null(larger.Parse(setting, recipe.TextOf(setting)));
        return larger;
    }
}
