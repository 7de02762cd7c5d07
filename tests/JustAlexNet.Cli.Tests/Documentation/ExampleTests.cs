using JustAlexNet.Recipes;
using Examples;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The C# of the pages is that of <c>docs/examples/</c>, which is compiled into these tests and run, or a part of a program of <c>samples/</c>, which the tests of serving run.</summary>
[Collection(Pages.Name)]
public sealed class ExampleTests
{
    private static readonly string[] Frame = ["namespace Examples;", "internal static class ", "public static void Run()", "{", "}"];

    [Fact]
    public void Every_block_of_CSharp_is_an_example_line_by_line()
    {
        var examples = Directory.EnumerateFiles(Repository.At("docs", "examples"), "*.cs").Select(file => Lines(File.ReadAllText(file))).ToList();

        var samples = Directory.EnumerateDirectories(Repository.At("samples")).SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs")).Select(file => Lines(File.ReadAllText(file))).ToList();
        Assert.NotEmpty(samples);

        Assert.All(Page.All.SelectMany(page => page.Blocks).Where(block => block.Language == "csharp"), block =>
            Assert.True(Lines(block.Text) is { Length: > 0 } lines && (examples.Any(example => example.SequenceEqual(lines)) || samples.Any(sample => IsPart(lines, sample))), $"{block} is none of docs/examples/, and no lines one behind the other of samples/"));
    }

    [Fact]
    public void Training_and_predicting_in_ten_lines_leaves_a_run()
    {
        using var scratch = Started("README.md", FirstSteps.Run);
        Assert.True(File.Exists(Path.Combine(scratch.Folder, "first-steps", "confusion_matrix.png")));
    }

    [Fact]
    public void A_program_sets_its_process_up_by_one_statement()
    {
        using var scratch = Started("docs/performance.md", FirstStatement.Run);
        Assert.NotEqual("", Runtime.TorchRuntime.Prepare().Reason);
    }

    [Fact]
    public void Loaders_give_batches_to_a_loop_of_ones_own()
    {
        using var scratch = Started("docs/data.md", OwnLoop.Run);
        Assert.True(Directory.Exists(Path.Combine(scratch.Folder, "photos")));
    }

    [Fact]
    public void Photos_are_varied_by_a_list_of_augmentations()
    {
        using var scratch = Started("docs/augmentation.md", VariedPhotos.Run);
        Assert.True(Directory.Exists(Path.Combine(scratch.Folder, "photos")));
    }

    [Fact]
    public void A_listener_hears_a_run_that_ends_with_its_files()
    {
        using var scratch = Started("docs/training.md", TrainWithListener.Run);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(scratch.Folder, "from-code", "history.csv")).Length);
    }

    [Fact]
    public void A_run_is_logged_by_TensorBoards_listener_and_one_of_ones_own()
    {
        using var scratch = Started("docs/logging.md", LogOneRun.Run);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(scratch.Folder, "accuracy.csv")).Length);
        Assert.Single(Directory.GetFiles(Path.Combine(scratch.Folder, "from-code", "tensorboard")));
    }

    [Fact]
    public void A_saved_model_predicts_and_is_measured()
    {
        using var scratch = Started("docs/prediction.md", () =>
        {
            var recipe = new Settings.Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" }, { TrainSettings.Model, Models.ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 32 }, { CommonSettings.Epochs, 1 } };
            using (var run = Runs.Run.Open(recipe)) run.Execute();
            PredictAndEvaluate.Run();
        });
        Assert.True(File.Exists(Path.Combine(scratch.Folder, "checkpoints", "best_model.pth")));
    }

    [Fact]
    public void An_onnx_file_predicts_in_three_lines()
    {
        using var scratch = Started("docs/prediction.md", () =>
        {
            Assert.Equal(0, Cli.Tests.Here.Run("transfer", "photos", "--backbone", $"onnx:{Repository.At("tests", "Shared", "channel-means.onnx")}", "--preprocessing", "squash", "--image-size", "16").Code);
            File.Move(Path.Combine("artifacts", "best_model.onnx"), "best_model.onnx");
            PredictWithoutLibTorch.Run();
        });
        Assert.True(File.Exists(Path.Combine(scratch.Folder, "best_model.onnx")));
    }

    [Fact]
    public void Foreign_weights_go_into_a_network_and_out_again()
    {
        using var scratch = Started("docs/weights.md", Examples.ForeignWeights.Run);
        Assert.True(Weights.WeightsDifference.Between(
            Weights.WeightsFile.Open(Path.Combine(scratch.Folder, "two-classes.pth")).FindState(), Weights.WeightsFile.Open(Path.Combine(scratch.Folder, "two-classes.safetensors")).FindState()).IsEqual);
    }

    [Fact]
    public void A_head_on_pretrained_weights_leaves_a_checkpoint()
    {
        using var scratch = Started("docs/transfer.md", TransferFewPhotos.Run);
        Assert.True(File.Exists(Path.Combine(scratch.Folder, "few", "best_model.pth")));
    }

    private static bool IsPart(string[] lines, string[] whole) => Enumerable.Range(0, Math.Max(0, whole.Length - lines.Length + 1)).Any(start => whole.AsSpan(start, lines.Length).SequenceEqual(lines));

    // What is compared: all but indentation, blank lines and the frame that makes a method of statements.
    private static string[] Lines(string code) =>
        [.. code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !Frame.Any(part => line == part || (part.EndsWith(' ') && line.StartsWith(part, StringComparison.Ordinal))))];

    private static PageScratch Started(string page, Action example)
    {
        var scratch = new PageScratch(Page.Read(page));
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = scratch.Folder;
            example();
            return scratch;
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
