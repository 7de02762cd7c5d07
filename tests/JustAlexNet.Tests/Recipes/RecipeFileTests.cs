using JustAlexNet.Settings;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;

namespace JustAlexNet.Recipes.Tests;

public sealed class RecipeFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void File_that_a_recipe_wrote_gives_the_same_recipe()
    {
        var recipe = new Recipe(TrainSettings.Schema)
        {
            { CommonSettings.Epochs, 7 }, { Schedules.LearningRate, 0.1 + 0.2 }, { TrainSettings.MemoryEfficient, true }, { TrainSettings.Pretrained, "a: b #c" }, { CommonSettings.Precision, Runtime.Precision.Bf16 },
        };
        var read = Read(RecipeFile.Write(recipe));
        Assert.Equal(recipe.Record(), read.Record());
        Assert.NotEqual(new Recipe(TrainSettings.Schema).Record(), read.Record());
    }

    [Fact]
    public void File_names_nothing_of_the_machine_or_of_one_start()
    {
        var text = RecipeFile.Write(new Recipe(TrainSettings.Schema));
        Assert.StartsWith("# a recipe for train\n# network\nmodel: alexnet\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "data", "output", "device", "workers", "resume", "overwrite" }) Assert.DoesNotContain($"\n{name}:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_given_later_wins()
    {
        var recipe = Read("epochs: 3\nlr: 0.5\n");
        recipe.Add(CommonSettings.Epochs, 9);
        Assert.Equal((9, 0.5), (recipe.Get(CommonSettings.Epochs), recipe.Get(Schedules.LearningRate)));
        Assert.True(recipe.IsGiven(Schedules.LearningRate));
        Assert.False(recipe.IsGiven(SgdOptions.MomentumSetting));
    }

    [Theory]
    [InlineData("lr: 0.1\nepoch: 3\n", "line 2, column 1: train has no setting 'epoch': did you mean epochs?")]
    [InlineData("  lr: fast\n", "line 1, column 3: `lr` is 'fast', expected a number such as 0.01")]
    [InlineData("epochs: 0\n", "line 1, column 1: `epochs` is 0, expected 1 or more")]
    [InlineData("model: resnet50\n", "line 1, column 1: `model` does not know 'resnet50', expected alexnet, resnet18, resnet34, densenet121, densenet169, densenet201")]
    [InlineData("epochs:\n  first: 1\n", "line 1, column 1: `epochs` is more than a value or a list of values, expected 1 or more")]
    [InlineData("epochs: 1\nepochs: 2\n", "line 2, column 1: epochs stands there twice.")]
    [InlineData("milestones: [1, [2]]\nepoch: 3\n", "line 1, column 1: `milestones` is more than a value or a list of values, expected auto or ascending whole numbers")]
    [InlineData("lr: *x\n", "line 1, column 1: `lr` is more than a value or a list of values")]
    [InlineData("? [a]\n: 1\n", "line 1, column 3: expected the name of a setting.")]
    [InlineData("views: 4\n", "line 1, column 1: train has no setting 'views': transfer has it")]
    [InlineData("zz: 4\n", "line 1, column 1: train has no setting 'zz'; train --help lists them, with dashes for underscores")]
    [InlineData("sched: cosine\n", "line 1, column 1: train has no setting 'sched': did you mean schedule?")]
    public void Fault_is_told_with_line_and_column(string text, string fault) =>
        Assert.StartsWith($"{scratch.At("recipe.yaml")}, {fault}", Assert.Throws<SettingException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_told_together() =>
        Assert.Equal(2, Assert.Throws<SettingException>(() => Read("epoch: 3\nlr: -1\n")).Message.Split('\n').Length);

    [Fact]
    public void What_is_no_recipe_is_refused_before_it_is_followed_down()
    {
        Assert.StartsWith($"{scratch.At("recipe.yaml")}, line 1, column 1: `augment` is more than a value", Assert.Throws<SettingException>(() => Read("augment: [a, {b: [c]}, d]\nlr: 0.1\n")).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{scratch.At("recipe.yaml")}, line 1, column 30: it is nested more than 20 deep.\n", Assert.Throws<SettingException>(() => Read("augment: " + new string('[', 200_000) + new string(']', 200_000))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{scratch.At("recipe.yaml")} has 2000003 bytes, expected a recipe: 1048576 at most.", Assert.Throws<SettingException>(() => Read("a: " + new string('x', 2_000_000))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(scratch.At("latin.yaml"), [.. "pretrained: caf"u8, 0xe9, (byte)'\n']);
        Assert.Equal($"{scratch.At("latin.yaml")} is not text in UTF-8.\nSave it as UTF-8.", Assert.Throws<SettingException>(() => RecipeFile.Apply(new Recipe(TrainSettings.Schema), scratch.At("latin.yaml"))).Message);
        Directory.CreateDirectory(scratch.At("folder.yaml"));
        Assert.Equal($"cannot read the recipe {scratch.At("folder.yaml")}: it is a folder\nName a YAML file.", Assert.Throws<SettingException>(() => RecipeFile.Apply(new Recipe(TrainSettings.Schema), scratch.At("folder.yaml"))).Message);
    }

    [Fact]
    public void Record_of_a_run_is_told_from_a_recipe() => Assert.Equal(
        $"{scratch.At("recipe.yaml")} is the record of a run, no recipe.\nThe recipe is beside it: {scratch.At("recipe.yaml")}.",
        Assert.Throws<SettingException>(() => Read("""{"command": ["justalexnet"], "options": {"epochs": 3}, "versions": {"net": "10"}}""")).Message);

    [Theory]
    [InlineData("- a\n- b\n"), InlineData("just words\n")]
    public void What_is_no_mapping_is_refused(string text) =>
        Assert.StartsWith($"{scratch.At("recipe.yaml")} is not one mapping of settings to values.\n", Assert.Throws<SettingException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void File_that_is_not_there_is_named() => Assert.StartsWith(
        "cannot read the recipe nowhere.yaml: there is no such file\n", Assert.Throws<SettingException>(() => RecipeFile.Apply(new Recipe(TrainSettings.Schema), "nowhere.yaml")).Message, StringComparison.Ordinal);

    [Fact]
    public void Empty_file_changes_nothing() => Assert.Equal(new Recipe(TrainSettings.Schema).Record(), Read("# nothing yet\n").Record());

    private Recipe Read(string text)
    {
        File.WriteAllText(scratch.At("recipe.yaml"), text);
        var recipe = new Recipe(TrainSettings.Schema);
        RecipeFile.Apply(recipe, scratch.At("recipe.yaml"));
        return recipe;
    }
}
