using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class CheckpointPartTests : TrainerTestBase
{
    private static readonly TrainingOptions Plain = new() { Epochs = 2 };
    private static readonly TrainingOptions Averaging = Plain with { Hooks = [new WeightAverageOptions { Decay = 0.5 }] };

    private string File => Scratch.At("latest.pth");

    [Fact]
    public void File_lists_its_parts_and_holds_each()
    {
        SaveAfterTwoSteps(Averaging);
        var root = (PickleDictionary)TorchFile.Read(File)!;
        Assert.Equal(2L, root["format_version"]);
        var parts = ((List<object?>)root["parts"]!).Cast<string>().ToList();
        Assert.Equal(["optimizer_state_dict", "scaler_state_dict", "data_position", "best", "schedule", "random_states", "history", "skipped_images", "ema_state_dict"], parts);
        Assert.All(parts, part => Assert.Contains(part, root.Select(entry => (string)entry.Key)));
        Assert.Superset(new HashSet<string> { "format", "arch", "class_to_idx", "preprocessing", "model_state_dict", "epoch", "options", "data" }, root.Select(entry => (string)entry.Key).ToHashSet());
    }

    [Fact]
    public void Part_that_the_run_needs_and_the_file_lacks_is_named()
    {
        SaveAfterTwoSteps(Plain);
        Assert.Equal($"{File} is of another run: it has no ema_state_dict.\nResume with the recipe that the checkpoint was made with.", Refusal(Averaging));
    }

    [Fact]
    public void Part_that_the_run_does_not_know_is_named()
    {
        SaveAfterTwoSteps(Averaging);
        Assert.Equal($"{File} is of another run: this run does not know its ema_state_dict.\nResume with the recipe that the checkpoint was made with.", Refusal(Plain));
    }

    [Fact]
    public void Part_that_is_listed_but_not_there_is_named()
    {
        Rewrite(Plain, root => Without(root, "random_states"));
        Assert.Equal($"{File} lists the part 'random_states' but does not hold it: the file was changed by another program.", Refusal(Plain));
    }

    [Fact]
    public void Part_of_another_form_is_refused()
    {
        Rewrite(Plain, root =>
        {
            root["schedule"] = 3L;
            return root;
        });
        Assert.Equal($"'schedule' of {File} is an integer, expected a dictionary.", Refusal(Plain));
    }

    [Fact]
    public void Later_version_is_refused()
    {
        Rewrite(Plain, root =>
        {
            root["format_version"] = 3L;
            return root;
        });
        Assert.Equal($"{File} has format version 3, this program reads 1 to 2.\nUse the version of justalexnet that wrote it.", Assert.Throws<WeightsException>(() => Checkpoint.Read(File)).Message);
    }

    [Fact]
    public void Version_1_goes_on_as_its_run_would_have()
    {
        Rewrite(Plain, root =>
        {
            root["format_version"] = 1L;
            root["schedule"] = new PickleDictionary { { "name", "constant" }, { "warmup_epochs", 0L } };
            return Without(root, "parts");
        });
        using (var whole = Begin(Plain))
        {
            whole.Run();
            whole.Save(Scratch.At("whole.pth"));
        }
        using var resumed = Begin(Plain, from: File);
        resumed.Run();
        resumed.Save(Scratch.At("resumed.pth"));
        Assert.Equal(Runs.Tests.RunSteps.Content(Scratch.At("whole.pth")), Runs.Tests.RunSteps.Content(Scratch.At("resumed.pth")));
    }

    [Fact]
    public void Averaged_weights_are_validated_and_predict_and_the_others_go_on()
    {
        using (var loop = Begin(Averaging))
        {
            loop.Run();
            loop.Save(File);
        }
        var checkpoint = Checkpoint.Read(File);
        Assert.Equal("ema_state_dict", checkpoint.Entry);
        using var average = Models.ModelCatalogue.Find("resnet18")!.Create(Classes, seed: null);
        StateLoading.CopyInto(average.State.ToDictionary(), checkpoint.State, File, "resnet18");
        var data = Inference.ImageFolder.Open(Scratch.At("photos-4"));
        using var validation = Data.Loader.Evaluation(data.Validation, Data.Augmentation.Standard.Evaluation(33), new() { BatchSize = 4 });
        Assert.Equal(checkpoint.History[^1].ValLoss, Evaluator.Run(average, validation, Data.Augmentation.Standard.Evaluation(33), data.Classes).Loss);
        using var learning = Models.ModelCatalogue.Find("resnet18")!.Create(Classes, seed: null);
        StateLoading.CopyInto(learning.State.ToDictionary(), StateLoading.Tensors((PickleDictionary)checkpoint.Root["model_state_dict"]!, File), File, "resnet18");
        Assert.NotEqual(checkpoint.History[^1].ValLoss, Evaluator.Run(learning, validation, Data.Augmentation.Standard.Evaluation(33), data.Classes).Loss);
        Assert.Equal("ema_state_dict", LoadedWeights.OpenFile(File).State.Entry);
    }

    private void SaveAfterTwoSteps(TrainingOptions options)
    {
        using var loop = Begin(options);
        loop.Run(stopAfter: 2);
        loop.Save(File);
    }

    private void Rewrite(TrainingOptions options, Func<PickleDictionary, PickleDictionary> change)
    {
        SaveAfterTwoSteps(options);
        TorchFile.Write(File, change((PickleDictionary)TorchFile.Read(File)!));
    }

    private static PickleDictionary Without(PickleDictionary root, string key)
    {
        var rest = new PickleDictionary();
        foreach (var entry in root.Where(entry => (string)entry.Key != key)) rest.Add(entry.Key, entry.Value);
        return rest;
    }

    private string Refusal(TrainingOptions options)
    {
        using var loop = Begin(options);
        return Assert.Throws<WeightsException>(() => Checkpoint.Read(File).RestoreInto(loop.Trainer)).Message;
    }
}
