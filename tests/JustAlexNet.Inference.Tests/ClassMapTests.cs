using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ClassMapTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("{\"cat\": 0, \"狗\": 1}")]
    [InlineData("{\"狗\": 1, \"cat\": 0}")]
    [InlineData("{\"0\": \"cat\", \"1\": \"狗\"}")]
    [InlineData("{\"1\": [\"n02084071\", \"狗\"], \"0\": [\"n02121620\", \"cat\"]}")]
    [InlineData("[\"cat\", \"狗\"]")]
    [InlineData("cat\n狗\n")]
    [InlineData("cat\r\n狗\r\n\r\n")]
    public void Every_form_gives_names_in_the_order_of_the_indices(string text) => Assert.Equal(["cat", "狗"], ClassMap.Read(File(text)));

    [Theory]
    [InlineData("{\"cat\": 0, \"dog\": 2}", "'dog' has the index 2, expected 0 to 1 for 2 classes")]
    [InlineData("{\"cat\": 0, \"dog\": 0}", "'cat' and 'dog' share the index 0")]
    [InlineData("{\"cat\": true}", "'cat': true is neither name: index nor index: name")]
    [InlineData("{\"0\": 1.5}", "entry 0 is 1.5, expected a class name")]
    [InlineData("{}", "it names no class")]
    [InlineData("", "it is empty, expected a class name a line")]
    [InlineData("cat\n\ndog", "line 2 is empty, expected a class name a line")]
    [InlineData("{\"cat\": 0,\n oops}", "line 2 is not JSON")]
    [InlineData("[\"\\ud800\"]", "it holds a text that is not Unicode")]
    [InlineData("{\"\\ud800\": 0}", "it holds a text that is not Unicode")]
    public void Anything_else_is_refused_with_the_place(string text, string expected)
    {
        var path = File(text);
        var error = Assert.Throws<PredictionException>(() => ClassMap.Read(path));
        Assert.StartsWith($"{path} is no class map: {expected}.\nExpected ", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Equal("the class map @nowhere.json cannot be read: there is no such file\nName a file such as checkpoints/class_to_idx.json.", Assert.Throws<PredictionException>(() => ClassMap.Read("@nowhere.json")).Message);

    [Fact]
    public void A_folder_is_said_to_be_one() =>
        Assert.StartsWith($"the class map {scratch.Folder} cannot be read: it is a folder, expected a file\n", Assert.Throws<PredictionException>(() => ClassMap.Read(scratch.Folder)).Message);

    private string File(string text)
    {
        var path = scratch.At("map");
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
