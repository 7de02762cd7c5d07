namespace JustAlexNet.Inference.Tests;

public sealed class ReadableNamesTests
{
    [Fact]
    public void First_word_stands_for_the_code_and_the_code_beside_words_that_two_classes_share() => Assert.Equal(
        ["goldfish", "crane (n02)", "crane (n03)", "n04"],
        ReadableNames.Of(["n01", "n02", "n03", "n04"], new Dictionary<string, string> { ["n01"] = "goldfish, Carassius auratus", ["n02"] = "crane", ["n03"] = "crane, machine" }));

    [Fact]
    public void Class_names_stay_where_nothing_is_known() => Assert.Equal(["cats", "dogs"], ReadableNames.Of(["cats", "dogs"], new Dictionary<string, string>()));
}
