namespace JustAlexNet.Settings.Tests;

public sealed class ListKindTests
{
    private static readonly Setting<ValueList<string>> Words = new("words", "Some words", ValueKinds.List("none", ValueKinds.Choice(("one", "one"), ("two", "two"), ("three", "three"))), ["one"]);
    private static readonly Setting<ValueList<int>> Numbers = new("numbers", "Some numbers", ValueKinds.List("none", ValueKinds.Whole(1, 9)), []);

    [Theory]
    [InlineData("one", "one")]
    [InlineData("two,one", "two,one")]
    [InlineData(" two , one ", "two,one")]
    [InlineData("none", "none")]
    public void Text_is_read_and_written_again(string text, string written)
    {
        var recipe = new Recipe(new("test", [Words]));
        Assert.Null(recipe.Parse(Words, text));
        Assert.Empty(recipe.Faults());
        Assert.Equal(written, recipe.TextOf(Words));
    }

    [Theory]
    [InlineData("one,tow", "`words` does not know 'tow': did you mean two?")]
    [InlineData("one,none", "`words` is 'one,none', expected a list with commas of one of one, two, three, each at most once, or none")]
    [InlineData("", "`words` is '', expected a list with commas of one of one, two, three, each at most once, or none")]
    public void Wrong_word_is_named(string text, string fault) => Assert.Equal(fault, new Recipe(new("test", [Words])).Parse(Words, text));

    [Theory]
    [InlineData("3,3", "`numbers` is '3,3', expected a list with commas of 1 to 9, each at most once, or none")]
    [InlineData("3,10", "`numbers` is '3,10', expected a list with commas of 1 to 9, each at most once, or none")]
    public void Value_that_is_not_allowed_or_stands_twice_is_a_fault(string text, string fault)
    {
        var recipe = new Recipe(new("test", [Numbers]));
        Assert.Null(recipe.Parse(Numbers, text));
        Assert.Equal([fault], recipe.Faults());
    }

    [Fact]
    public void Recorded_list_is_plain_and_is_read_again_whatever_kind_of_list_it_has_become()
    {
        var recipe = new Recipe(new("test", [Numbers])) { { Numbers, [4, 2] } };
        Assert.Equal(new object[] { 4, 2 }, Assert.IsType<IEnumerable<object>>(recipe.Record()["numbers"], exactMatch: false));
        Assert.Equal("none", new Recipe(recipe.Schema).Record()["numbers"]);
        Assert.Empty(ResumedRecipe.Of(recipe.With(Numbers, [4, 2]), new Dictionary<string, object?> { ["numbers"] = "none" }, "x").Recipe.Get(Numbers));
        foreach (var plain in new object[] { new List<object> { 4L, 2L }, new[] { 4, 2 }, "4,2" })
            Assert.Equal([4, 2], ResumedRecipe.Of(new Recipe(recipe.Schema), new Dictionary<string, object?> { ["numbers"] = plain }, "x").Recipe.Get(Numbers));
        Assert.Throws<SettingException>(() => ResumedRecipe.Of(new Recipe(recipe.Schema), new Dictionary<string, object?> { ["numbers"] = new[] { "a" } }, "x"));
        Assert.Throws<SettingException>(() => ResumedRecipe.Of(new Recipe(recipe.Schema), new Dictionary<string, object?> { ["numbers"] = 5 }, "x"));
    }

    [Fact]
    public void Lists_of_equal_values_are_equal()
    {
        ValueList<int> list = [1, 2], same = [1, 2], other = [2, 1];
        Assert.Equal(list, same);
        Assert.Equal(list.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(list, other);
        Assert.Equal("1,2", list.ToString());
    }
}
