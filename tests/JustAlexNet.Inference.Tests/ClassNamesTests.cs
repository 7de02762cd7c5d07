namespace JustAlexNet.Inference.Tests;

public sealed class ClassNamesTests
{
    [Fact]
    public void First_word_stands_for_the_code_and_the_code_beside_words_that_two_classes_share()
    {
        var classes = new ClassNames(["n01", "n02", "n03", "n04"], new Dictionary<string, string> { ["n01"] = "goldfish, Carassius auratus", ["n02"] = "crane", ["n03"] = "crane, machine" });
        Assert.Equal(["goldfish", "crane (n02)", "crane (n03)", "n04"], classes.Readable);
        Assert.Equal(["n01 goldfish", "crane (n02)", "crane (n03)", "n04"], classes.Labels);
        Assert.Equal(["n01", "n02", "n03", "n04"], classes);
        Assert.True(classes.AreKnown);
    }

    [Fact]
    public void Class_names_stay_where_nothing_is_known()
    {
        var classes = new ClassNames(["cats", "dogs"]);
        Assert.Equal(["cats", "dogs"], classes.Readable);
        Assert.Equal(["cats", "dogs"], classes.Labels);
    }

    [Fact]
    public void Classes_that_nobody_named_are_numbered()
    {
        Assert.Equal(["class 0", "class 1"], ClassNames.Numbered(2));
        Assert.False(ClassNames.Numbered(2).AreKnown);
        Assert.Throws<ArgumentException>(() => new ClassNames([]));
    }
}
