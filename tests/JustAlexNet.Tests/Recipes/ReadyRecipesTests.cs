using JustAlexNet.Settings;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Recipes.Tests;

/// <summary>The files of recipes/: each can be run, and says in its head what was seen of it.</summary>
public sealed class ReadyRecipesTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.At("recipes"), "*.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_four() => Assert.Equal(["fast.yaml", "good.yaml", "original.yaml", "tiny.yaml"], Files.Select(row => row.Data));

    [Theory, MemberData(nameof(Files))]
    public void Recipe_is_one_of_train_without_faults_and_all_it_says_is_used(string file)
    {
        var recipe = Read(file);
        Assert.Empty(recipe.Faults());
        Assert.Empty(recipe.Unused());
        Assert.All(TrainSettings.Schema.Settings.Where(recipe.IsGiven), setting => Assert.True(recipe.IsUsed(setting)));
    }

    [Theory, MemberData(nameof(Files))]
    public void Head_has_command_hardware_time_and_result(string file)
    {
        var head = string.Join('\n', File.ReadLines(Repository.At("recipes", file)).TakeWhile(line => line.StartsWith('#')));
        Assert.Matches($@"#   justalexnet train \S+ --recipe recipes/{file}", head);
        foreach (var word in new[] { "hardware:", "time:", "result:" }) Assert.Contains($"\n# {word} ", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Original_has_the_defaults() => Assert.Equal(new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" } }.Record(), Read("original.yaml").Record());

    [Fact]
    public void Fast_is_good_with_photos_that_grow()
    {
        var (fast, good) = (Read("fast.yaml").Record(), Read("good.yaml").Record());
        Assert.Equal(["image_size"], fast.Keys.Where(name => !Equals(Text(fast[name]), Text(good[name]))));

        static string Text(object value) => value is IEnumerable<object> list ? string.Join(',', list) : $"{value}";
    }

    private static Recipe Read(string file)
    {
        var recipe = new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" } };
        RecipeFile.Apply(recipe, Repository.At("recipes", file));
        return recipe;
    }
}
