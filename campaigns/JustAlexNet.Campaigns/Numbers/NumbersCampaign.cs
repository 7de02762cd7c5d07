using JustAlexNet.Bench;
using JustAlexNet.Campaigns.Files;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using JustAlexNet.Weights;
using TorchSharp;

namespace JustAlexNet.Campaigns.Numbers;

/// <summary>Runs whose numbers can go wrong.</summary>
internal sealed class NumbersCampaign : Campaign
{
    public override string Name => "numbers";

    public override string About => "train and transfer on pictures all black, all white or half and half, with learning rates far too high, with a class that never occurs: each is stopped and explained, or ends with finite weights; never a model of NaN.";

    public override long StandardCount => 200;

    public override int BlockSize => 20;

    public override TimeSpan CaseLimit => TimeSpan.FromMinutes(2);

    public override long MemoryLimit => 4L << 30;

    public override CaseOutcome Run(CaseContext context)
    {
        var random = context.Random;
        var folder = Path.Combine(context.Folder, $"{context.Index}");
        var (pictures, photos) = OddPictures.Make(Path.Combine(folder, "photos"), random);
        var output = Path.Combine(folder, "out");
        var isTransfer = context.Index % 4 == 3;
        var recipe = isTransfer ? Transfer(random) : Train(random);
        Set(recipe, ("data", photos), ("output", output), ("workers", "1"), ("seed", $"{random.Next()}"));
        var what = $"{recipe.Schema.Verb}, {pictures}";
        try
        {
            using var run = Runs.Run.Open(recipe);
            run.Execute();
            return NotFinite(output) is { } wrong ? new($"{what}: ended", wrong) : new($"{what}: ended with finite weights");
        }
        catch (JustAlexNetException refusal)
        {
            var fault = Verdict.Fault($"{refusal.Message} {folder}", folder) ?? (refusal.Message.Contains('\n') ? null : $"the refusal says nothing of what to do: {refusal.Message}");
            return new($"{what}: stopped, {Verdict.Short(refusal.Message, folder)}", fault ?? NotFinite(output));
        }
    }

    private static Recipe Train(Random random)
    {
        var recipe = new Recipe(TrainSettings.Schema);
        Set(recipe, ("model", random.Next(5) == 0 ? "alexnet" : "resnet18"), ("image_size", "64"), ("batch_size", $"{random.Next(2, 6)}"), ("epochs", "2"), ("lr", Rate(random)), ("augment", random.Next(2) == 0 ? "basic" : "standard"),
            ("precision", random.Next(2) == 0 ? "fp32" : "auto"), ("optimizer", random.Next(2) == 0 ? "sgd" : "adamw"));
        if (random.Next(3) == 0) Set(recipe, ("mixup_alpha", "0.2"));
        if (random.Next(3) == 0) Set(recipe, ("ema_decay", "0.9"));
        if (random.Next(3) == 0) Set(recipe, ("class_weights", "balanced"));
        if (random.Next(4) == 0) Set(recipe, ("loss", "bce"));
        if (random.Next(2) == 0) Set(recipe, ("bad_images", "skip"));
        if (random.Next(3) == 0) Set(recipe, ("allow_empty_classes", "true"));
        return recipe;
    }

    // Channel means as features: of black pictures they do not vary at all.
    private static Recipe Transfer(Random random)
    {
        var recipe = new Recipe(TransferSettings.Schema);
        Set(recipe, ("backbone", $"onnx:{Path.Combine(Checkout.Root, "tests", "Shared", "channel-means.onnx")}"), ("image_size", "32"), ("batch_size", "4"), ("epochs", "3"), ("no_cache", "true"));
        if (random.Next(2) == 0) Set(recipe, ("head", "linear"), ("lr", Rate(random)));
        if (random.Next(2) == 0) Set(recipe, ("bad_images", "skip"));
        return recipe;
    }

    private static string Rate(Random random) => new[] { "0.01", "1", "100", "1e5", "1e10", "1e30", "1e300" }[random.Next(7)];

    private static void Set(Recipe recipe, params (string Name, string Value)[] values)
    {
        foreach (var (name, value) in values)
            if (recipe.Parse(recipe.Schema.Find(name) ?? throw new ArgumentException($"there is no setting '{name}'"), value) is { } fault) throw new ArgumentException(fault);
    }

    /// <summary>Which file of a run's folder holds numbers that are not finite; null: none.</summary>
    private static string? NotFinite(string folder)
    {
        if (!Directory.Exists(folder)) return null;
        foreach (var path in Directory.GetFiles(folder, "*.pth"))
        {
            using var scope = torch.NewDisposeScope();
            var state = WeightsFile.Open(path).FindState(Checkpoint.Read(path).Entry);
            foreach (var (name, stored) in state.Tensors)
                if (stored.ToTensor() is var tensor && tensor.is_floating_point() && !tensor.isfinite().all().item<bool>()) return $"{Path.GetFileName(path)} holds {name}, which is not finite";
        }
        foreach (var path in Directory.GetFiles(folder, "*.onnx"))
        {
            using var model = SavedModel.Open(path);
            foreach (var prediction in new Predictor(model).Predict(new[] { Path.Combine(Checkout.Root, "samples", "test.png") }, new PredictorOptions()))
                if (prediction.Error is { } error) return $"{Path.GetFileName(path)} does not predict: {error}";
        }
        if (Path.Combine(folder, "history.csv") is var history && File.Exists(history) && File.ReadAllText(history) is var text && (text.Contains("NaN", StringComparison.Ordinal) || text.Contains("Infinity", StringComparison.Ordinal)))
            return $"history.csv holds a number that is not finite: {text}";
        return null;
    }
}
