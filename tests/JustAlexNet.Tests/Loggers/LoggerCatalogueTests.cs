using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Loggers.Tests;

public sealed class LoggerCatalogueTests
{
    [Theory]
    [InlineData("tensorbord", "`log` does not know 'tensorbord': did you mean tensorboard?")]
    [InlineData("mlflow", "`log` does not know 'mlflow', expected tensorboard")]
    [InlineData("tensorboard=", "`log` is 'tensorboard=', expected tensorboard or tensorboard=FOLDER")]
    [InlineData("", "`log` is '', expected a list with commas of tensorboard or tensorboard=FOLDER, each at most once, or none")]
    public void Other_words_are_refused_with_what_was_expected(string text, string fault) =>
        Assert.Equal(fault, new Recipe(TrainSettings.Schema).Parse(LoggerCatalogue.Log, text));

    [Theory]
    [InlineData("none", 0), InlineData("tensorboard", 1), InlineData("tensorboard=logs/a=b", 1), InlineData("tensorboard,tensorboard=elsewhere", 2)]
    public void Each_word_makes_a_listener_and_goes_into_the_record(string text, int count)
    {
        var recipe = new Recipe(TransferSettings.Schema);
        Assert.Null(recipe.Parse(LoggerCatalogue.Log, text));
        var listeners = LoggerCatalogue.Of(recipe, "out");
        Assert.Equal(count, listeners.Count);
        Assert.All(listeners, listener => Assert.IsType<TensorBoardLogger>(listener));
        Assert.Equal(text, recipe.TextOf(LoggerCatalogue.Log));
        Assert.True(recipe.Record().ContainsKey("log"));
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_a_fault_before_anything_runs()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("taken"), "");
        var recipe = new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" }, { LoggerCatalogue.Log, [$"tensorboard={scratch.At("taken")}/logs"] } };
        Assert.Equal([$"`log` is tensorboard={scratch.At("taken")}/logs: {scratch.At("taken")} is a file, expected a folder or a name that is free"], recipe.Faults());
    }
}
