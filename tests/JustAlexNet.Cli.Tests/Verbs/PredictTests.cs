using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class PredictTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private const string Forms = "Expected {\"name\": index}, {\"index\": \"name\"}, {\"index\": [wnid, name]} or a text file with a name a line.";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void One_line_a_picture_aligned()
    {
        var photo = Repository.At("samples", "test.png");
        var cats = Path.Combine(model.Folder, "cats");
        var answer = Predict(photo, cats);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal(6, answer.Lines.Length);
        Assert.Equal([photo, .. Enumerable.Range(0, 5).Select(i => Path.Combine(cats, $"{i:00}.bmp"))], answer.Lines.Select(line => line[..line.IndexOf("  ", StringComparison.Ordinal)]));
        Assert.All(answer.Lines, line => Assert.Matches(@"   (cats|dogs|owls)   [01]\.\d{4}$", line));
        Assert.Single(answer.Lines.Select(line => line.Length).Distinct());
    }

    [Fact]
    public void Pictures_one_by_one_give_what_they_give_in_a_batch() => OneByOneAsInABatch(Directory.GetFiles(model.Folder, "*.bmp", SearchOption.AllDirectories), "--checkpoint", model.Best);

    [Fact]
    public void Photos_give_a_real_checkpoints_answers_one_by_one_and_in_a_batch()
    {
        var weights = Repository.SharedOrSkip("weights", "imagenette-resnet18.pth");
        var photos = Directory.GetFiles(Repository.At("samples", "clothing-mini"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(17);
        OneByOneAsInABatch([.. photos], "--checkpoint", weights, "--model", "resnet18", "--preprocessing", "imagenet", "--image-size", "224");
    }

    // To 1e-5 of the largest logit's size, which here stays below 1e-4 of a probability.
    private static void OneByOneAsInABatch(string[] photos, params string[] by)
    {
        Dictionary<string, double>[] Ask(params string[] images)
        {
            var answer = Here.Run(["predict", .. images, .. by, "--json", "--topk", "10"]);
            Assert.True(answer.Code == 0, answer.Err);
            return [.. answer.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("predictions").EnumerateArray().ToDictionary(p => p.GetProperty("class").GetString()!, p => p.GetProperty("probability").GetDouble()))];
        }

        var together = Ask(photos);
        Assert.True(photos.Length > 1 && together.Length == photos.Length);
        Assert.NotEqual(together[0].Values.First(), together[^1].Values.First());
        for (var i = 0; i < photos.Length; i++)
        {
            var alone = Assert.Single(Ask(photos[i]));
            Assert.All(alone, pair => Assert.Equal(pair.Value, together[i][pair.Key], tolerance: 1e-4));
        }
    }

    [Fact]
    public void More_classes_asked_for_than_there_are_gives_all_and_they_add_up_to_one()
    {
        var photo = Repository.At("samples", "test.png");
        var lines = Predict(photo, "--topk", "9").Lines;
        Assert.Equal(photo, lines[0]);
        Assert.Equal(4, lines.Length);
        var probabilities = lines[1..].Select(line => double.Parse(line[^6..], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(1, probabilities.Sum(), tolerance: 2e-4);
        Assert.Equal(probabilities.OrderDescending(), probabilities);
    }

    [Fact]
    public void Json_is_one_object_a_picture_in_order_with_errors_in_their_place()
    {
        var (photo, text, none) = (Path.Combine(model.Folder, "dogs", "00.bmp"), scratch.At("text.jpg"), Path.Combine(scratch.Folder, "none.jpg"));
        File.WriteAllText(text, "Dear diary\n");
        var answer = Predict(photo, text, none, photo, "--json", "--topk", "2");
        Assert.Equal((ExitCode.Failed, "note: 2 of 4 pictures could not be read\n"), (answer.Code, answer.Err));
        var lines = answer.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([photo, text, none, photo], lines.Select(line => line.GetProperty("image").GetString()));
        Assert.Equal($"cannot read {text}: it is no picture, it begins with \"Dear diary\"; JPEG, PNG, WebP, BMP and GIF are read", lines[1].GetProperty("error").GetString());
        Assert.Equal($"cannot read {none}: there is no such file", lines[2].GetProperty("error").GetString());
        Assert.Equal(["image", "checkpoint", "precision", "predictions"], lines[0].EnumerateObject().Select(entry => entry.Name));
        var predictions = lines[0].GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(2, predictions.Length);
        Assert.Equal(["index", "class", "probability"], predictions[0].EnumerateObject().Select(entry => entry.Name));
        string[] classes = ["cats", "dogs", "owls"];
        Assert.Equal(classes[predictions[0].GetProperty("index").GetInt32()], predictions[0].GetProperty("class").GetString());
    }

    [Fact]
    public void Picture_that_cannot_be_read_does_not_stop_the_others()
    {
        var none = Path.Combine(scratch.Folder, "none.jpg");
        var answer = Predict(none, Repository.At("samples", "test.png"));
        answer.IsRefusal(ExitCode.Failed, $"error: cannot read {none}: there is no such file", "note: 1 of 2 pictures could not be read");
        Assert.Single(answer.Lines);
    }

    [Fact]
    public void Folder_without_pictures()
    {
        Directory.CreateDirectory(scratch.At("empty", "below"));
        Predict(Path.Combine(scratch.Folder, "empty")).IsBareRefusal(ExitCode.Failed,
            $"error: {scratch.Folder}/empty holds no picture (.jpg .jpeg .png .webp .bmp .gif).", "  Name pictures, or a folder that holds some.");
    }

    [Theory]
    [InlineData("map.json", """{"Katze": 0, "Hund": 1, "Eule": 2}""")]
    [InlineData("map.json", """{"2": "Eule", "0": "Katze", "1": "Hund"}""")]
    [InlineData("map.json", """{"0": ["n01", "Katze"], "1": ["n02", "Hund"], "2": ["n03", "Eule"]}""")]
    [InlineData("names.txt", "Katze\nHund\r\nEule\n")]
    public void Class_map_renames_the_classes(string file, string content)
    {
        File.WriteAllText(scratch.At(file), content);
        var photo = Repository.At("samples", "test.png");
        var own = Names(Predict(photo, "--topk", "3"));
        string[] classes = ["cats", "dogs", "owls"], names = ["Katze", "Hund", "Eule"];
        Assert.Equal(own.Select(name => names[Array.IndexOf(classes, name)]), Names(Predict(photo, "--topk", "3", "--class-map", scratch.At(file))));

        static string[] Names(Answer answer) => [.. answer.Lines[1..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])];
    }

    [Theory]
    [InlineData("""{"a": 0, "b": 1}""", "names 2 classes, {0} has 3.", "Pass the class_to_idx.json that was written with the checkpoint.")]
    [InlineData("""{"a": 0, "b": 1, "c": 1}""", "is no class map: 'b' and 'c' share the index 1.", Forms)]
    [InlineData("""{"command": ["justalexnet", "train", "photos"], "options": {}}""", "is no class map: 'command': [...] is neither name: index nor index: name.", Forms)]
    [InlineData("{\"a\": 0,\n\"b\" 1}", "is no class map: line 2 is not JSON.", Forms)]
    [InlineData("a\n\nc\n", "is no class map: line 2 is empty, expected a class name a line.", Forms)]
    public void Class_map_that_does_not_fit(string content, string fault, string next)
    {
        var map = scratch.At("map");
        File.WriteAllText(map, content);
        Predict(Repository.At("samples", "test.png"), "--class-map", map).IsBareRefusal(ExitCode.Failed, $"error: {map} {fault.Replace("{0}", model.Best, StringComparison.Ordinal)}", $"  {next}");
    }

    [Fact]
    public void Network_that_contradicts_the_checkpoint() => Predict(Repository.At("samples", "test.png"), "--model", "alexnet").IsBareRefusal(
        ExitCode.Failed, $"error: {model.Best} holds resnet18, --model says alexnet.", "  Leave --model out: the checkpoint knows.");

    [Fact]
    public void Network_that_agrees_with_the_checkpoint() => Assert.Equal(0, Predict(Repository.At("samples", "test.png"), "--model", "resnet18").Code);

    [Fact]
    public void Preprocessing_for_a_checkpoint_that_has_one() => Predict(Repository.At("samples", "test.png"), "--preprocessing", "imagenet", "--image-size", "64").IsBareRefusal(
        ExitCode.Failed, $"error: {model.Best} says itself how its pictures are prepared; --preprocessing and --image-size are for weights that do not.", "  Leave them out.");

    [Fact]
    public void Checkpoint_that_nobody_named_and_nobody_trained()
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = scratch.Folder;
        try
        {
            Here.Run("predict", Repository.At("samples", "test.png")).IsBareRefusal(ExitCode.Failed,
                "error: there is no best_model.pth in checkpoints or artifacts here.", "  Train a network first (justalexnet train PHOTOS, or justalexnet transfer PHOTOS), or name its file with --checkpoint.");
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private Answer Predict(params string[] arguments) => Here.Run(["predict", .. arguments, "--checkpoint", model.Best]);
}
