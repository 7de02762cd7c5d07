using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class ExportTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Predict_and_evaluate_answer_on_the_file_what_they_answer_on_the_checkpoint(bool embeds)
    {
        var model = Export(embeds ? ["--embed-preprocessing"] : []);

        var (one, other) = (Predict(trained.Best), Predict(model));
        Assert.Equal(15, one.Count);
        Assert.True(one.Select(answer => answer[0].Probability).Distinct().Count() > 5);
        foreach (var (expected, actual) in one.Zip(other))
        {
            Assert.Equal(expected.Select(p => p.Class), actual.Select(p => p.Class));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, tolerance: 1e-5));
        }

        var (before, after) = (Evaluate(trained.Best), Evaluate(model));
        foreach (var key in new[] { "measured_on", "images", "trained_on", "top1", "macro_f1" }) Assert.Equal(before.GetProperty(key).GetRawText(), after.GetProperty(key).GetRawText());
        Assert.Equal("the validation part that the checkpoint records", after.GetProperty("measured_on").GetString());
        Assert.Equal(before.GetProperty("log_loss").GetDouble(), after.GetProperty("log_loss").GetDouble(), tolerance: 1e-5);
    }

    [Fact]
    public void Figures_of_the_comparison_are_said_for_people_and_for_programs()
    {
        var said = Here.Run("export", trained.Best, "--output", scratch.At("a.onnx"));
        Assert.Equal((0, ""), (said.Code, said.Err));
        Assert.Matches($@"^.*a\.onnx   [\d,]+ bytes   resnet18, fp32, 3 classes; takes float32 N x 3 x 64 x 64$", said.Lines[0]);
        Assert.Matches(@"^compared with libtorch on 15 pictures of .*photos: logits differ by up to \d\.\de-\d+ of the largest, features by \d\.\de-\d+ \(limit 1\.0e-4\); same class for 15 of 15$", said.Lines[1]);
        Assert.Equal($"predict   justalexnet predict photo.jpg --checkpoint {scratch.At("a.onnx")}", said.Lines[2]);

        using var json = JsonDocument.Parse(Here.Run("export", trained.Best, "--output", scratch.At("b.onnx"), "--check", Path.Combine(trained.Folder, "cats"), "--json").Out);
        Assert.Equal((5, 5), (json.RootElement.GetProperty("pictures").GetInt32(), json.RootElement.GetProperty("same_class").GetInt32()));
        Assert.InRange(json.RootElement.GetProperty("largest_difference").GetDouble(), 1e-9, 1e-4);        // they are two computations
        Assert.Equal(new FileInfo(scratch.At("b.onnx")).Length, json.RootElement.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void A_file_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        File.WriteAllText(scratch.At("there.onnx"), "precious");
        Here.Run("export", trained.Best, "--output", scratch.At("there.onnx")).IsBareRefusal(ExitCode.Failed,
            $"error: {scratch.At("there.onnx")} is there already; it is left as it is.", "  Name another file, or pass --overwrite to replace it.");
        Assert.Equal("precious", File.ReadAllText(scratch.At("there.onnx")));
        Assert.Equal(0, Here.Run("export", trained.Best, "--output", scratch.At("there.onnx"), "--overwrite").Code);
        Assert.Equal(3, Predict(scratch.At("there.onnx"))[0].Count);
        Assert.Equal([scratch.At("there.onnx")], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Bad_requests_are_refused_and_leave_nothing()
    {
        var model = Export([]);
        var (target, before) = (scratch.At("new.onnx"), Directory.GetFileSystemEntries(scratch.Folder));
        Here.Run("export", "nothing.pth", "--output", target).IsBareRefusal(ExitCode.Failed, "error: cannot read nothing.pth: there is no such file.", "  Name a file of weights, for example checkpoints/best_model.pth.");
        Here.Run("export", model, "--output", target).IsBareRefusal(ExitCode.Failed, $"error: {model} is an .onnx file already.", "  Name a checkpoint of train or transfer, or weights of PyTorch.");
        Here.Run("export", trained.Best, "--output", "model.pb").IsBareRefusal(ExitCode.Usage, "error: --output is 'model.pb', expected a name that ends in .onnx", "  See: justalexnet export --help");
        Here.Run("export", trained.Best, "--output", target, "--check", "nowhere").IsBareRefusal(ExitCode.Failed, "error: nowhere: there is no such picture or folder.", "  Name pictures to compare on with --check.");
        Here.Run("export", trained.Best, "--pretrained", trained.Best, "--output", target).IsBareRefusal(ExitCode.Usage, "error: CHECKPOINT and --pretrained exclude each other: both name the weights", "  See: justalexnet export --help");
        Assert.Equal(before, Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Fact]
    public void In_int8_the_file_is_a_quarter_and_says_what_it_costs()
    {
        var (small, photos) = (scratch.At("small.onnx"), Photos.Of(scratch, "more", 20, "owls", "dogs", "cats"));
        var answer = Here.Run("export", trained.Best, "--output", small, "--precision", "int8", "--calibrate", photos, "--json");
        Assert.True(answer.Code == 0, answer.Err);
        using var json = JsonDocument.Parse(answer.Out);
        var (whole, int8) = (json.RootElement, json.RootElement.GetProperty("int8"));
        Assert.Equal(("int8", JsonValueKind.Null), (whole.GetProperty("precision").GetString(), whole.GetProperty("limit").ValueKind));
        Assert.Equal((48, 12, 3), (int8.GetProperty("calibrated_on").GetInt32(), int8.GetProperty("measured_on").GetInt32(), int8.GetProperty("candidates").GetArrayLength()));
        Assert.Equal((20, 0), (int8.GetProperty("operators").GetProperty("QLinearConv").GetInt32(), int8.GetProperty("float_convolutions").GetInt32()));
        Assert.Equal(int8.GetProperty("fp32_top1").GetDouble() - int8.GetProperty("top1").GetDouble(), int8.GetProperty("top1_loss").GetDouble());
        Assert.InRange(new FileInfo(small).Length, 11_000_000, 12_000_000);
        Assert.Equal(3, Predict(small)[0].Count);

        var said = Here.Run("export", trained.Best, "--output", small, "--precision", "int8", "--calibrate", photos, "--overwrite");
        Assert.StartsWith($"ranges found on 48 photos of {photos}, measured on 12 others: top-1 in fp32 0.", said.Lines[1], StringComparison.Ordinal);
        Assert.Single(said.Lines, line => line.EndsWith("   best", StringComparison.Ordinal));
        Assert.Contains("ONNX Runtime computes 20 convolutions in int8 here, 0 in float32", said.Lines);
    }

    [Fact]
    public void Options_of_the_other_precision_and_too_few_photos_are_refused()
    {
        var target = scratch.At("new.onnx");
        Here.Run("export", trained.Best, "--output", target, "--calibrate", trained.Folder).IsBareRefusal(ExitCode.Usage, "error: --calibrate belongs to --precision int8: fp32 needs no ranges", "  See: justalexnet export --help");
        Here.Run("export", trained.Best, "--output", target, "--precision", "int8", "--check", trained.Folder).IsBareRefusal(ExitCode.Usage,
            "error: --check belongs to fp32: int8 is compared on those photos of --calibrate by which no ranges were found", "  See: justalexnet export --help");
        Here.Run("export", trained.Best, "--output", target, "--precision", "int8").IsBareRefusal(ExitCode.Failed,
            $"error: {trained.Folder} has 12 pictures that can be read to find ranges by and 3 to measure on, expected 10 or more of each.", "  Name a folder of more pictures with --calibrate; some hundred are good.");
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void Weights_without_a_name_for_anything_are_exported_with_what_is_said_of_them()
    {
        var weights = scratch.At("weights.pth");
        Assert.Equal(0, Here.Run("weights", "convert", trained.Best, weights, "--entry", "model_state_dict").Code);
        var answer = Here.Run("export", weights, "--output", scratch.At("w.onnx"), "--model", "resnet18", "--preprocessing", "squash", "--image-size", "64");
        Assert.Equal(0, answer.Code);
        Assert.Contains("compared with libtorch on 4 views of a photo of this program", answer.Out, StringComparison.Ordinal);
        Assert.Equal(["class 0", "class 1", "class 2"], Predict(scratch.At("w.onnx"))[0].Select(p => p.Class).Order(StringComparer.Ordinal));
    }

    private string Export(string[] more)
    {
        var model = scratch.At("model.onnx");
        var answer = Here.Run(["export", trained.Best, "--output", model, .. more]);
        Assert.True(answer.Code == 0, answer.Err);
        return model;
    }

    private List<List<(string Class, double Probability)>> Predict(string model)
    {
        var answer = Here.Run("predict", trained.Folder, "--checkpoint", model, "--topk", "3", "--json");
        Assert.True(answer.Code == 0, answer.Err);
        return [.. answer.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("predictions").EnumerateArray().Select(p => (p.GetProperty("class").GetString()!, p.GetProperty("probability").GetDouble())).ToList())];
    }

    private JsonElement Evaluate(string model)
    {
        var answer = Here.Run("evaluate", trained.Folder, "--checkpoint", model, "--output", scratch.At("evaluation"), "--json");
        Assert.True(answer.Code == 0, answer.Err);
        return JsonDocument.Parse(answer.Out).RootElement;
    }
}
