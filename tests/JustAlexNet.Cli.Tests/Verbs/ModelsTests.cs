using System.Text.Json;
using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class ModelsTests
{
    [Fact]
    public void List_names_every_network_with_its_parameters()
    {
        var lines = Here.Run("models").Lines;
        Assert.StartsWith("name         family      parameters  smallest side  paper", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("alexnet ", StringComparison.Ordinal) && line.Contains("61,100,840", StringComparison.Ordinal) && line.Contains("63 px", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("densenet201 ", StringComparison.Ordinal) && line.Contains("20,013,928", StringComparison.Ordinal));
    }

    [Fact]
    public void Commands_stand_on_lines_of_their_own() =>
        Assert.Equal(["parameters with 1000 classes", "test   justalexnet models test resnet18", "train  justalexnet train photos --model resnet18"], Here.Run("models").Lines[^3..]);

    [Theory]
    [InlineData(null, "densenet201  DenseNet    20,013,928          29 px  arXiv 1608.06993")]
    [InlineData(60, "densenet201  DenseNet    20,013,928          29 px")]
    [InlineData(40, "densenet201  20,013,928          29 px")]
    public void Narrow_terminals_get_fewer_columns(int? width, string row)
    {
        Assert.Equal(row, ModelsCommand.Table(width).Last());
        Assert.All(ModelsCommand.Table(width), line => Assert.InRange(line.Length, 0, (width ?? 70) - 1));
    }

    [Fact]
    public void List_as_json()
    {
        using var json = JsonDocument.Parse(Assert.Single(Here.Run("models", "--json").Lines));
        Assert.Equal(["alexnet", "resnet18", "resnet34", "densenet121", "densenet169", "densenet201"], json.RootElement.EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(11_689_512, json.RootElement[1].GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void Self_test_shows_shapes_parameters_and_times()
    {
        var answer = Here.Run("models", "test", "resnet18", "--image-size", "64", "--classes", "10", "--batch-size", "3");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith("resnet18 on ", answer.Lines[0], StringComparison.Ordinal);
        Assert.Contains(answer.Lines, line => line.EndsWith(" 3 x 10", StringComparison.Ordinal));
        Assert.Matches(@"^arithmetic: \d+ comparisons with float64, the worst:$", answer.Lines[^3]);
        Assert.Matches(@"^\S+ \((convolution|linear).*\), (output|data gradient|weight gradient|bias gradient) in (fp32|bf16) at batch [123]: off by \d\.\de[+-]\d of the largest value in channel \d+, limit (1\.0e-3|2\.[0-2]e-2)$", answer.Lines[^2]);
        Assert.Matches(@"^11,181,642 parameters   forward \d+\.\d ms   forward and backward \d+\.\d ms   ok$", answer.Lines[^1]);
    }

    [Fact]
    public void Self_test_as_json()
    {
        var answer = Here.Run("models", "test", "alexnet", "--image-size", "63", "--json");
        using var json = JsonDocument.Parse(Assert.Single(answer.Lines));
        Assert.Equal(61_100_840, json.RootElement.GetProperty("parameters").GetInt64());
        var arithmetic = json.RootElement.GetProperty("arithmetic");
        Assert.True(arithmetic.GetProperty("right").GetBoolean(), answer.Out);
        Assert.True(arithmetic.GetProperty("worst").GetProperty("error").GetDouble() < arithmetic.GetProperty("worst").GetProperty("limit").GetDouble());
        Assert.Equal(0, arithmetic.GetProperty("wrong").GetArrayLength());
        Assert.Equal([2, 1000], json.RootElement.GetProperty("stages").EnumerateArray().Last().GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()));
    }
}
