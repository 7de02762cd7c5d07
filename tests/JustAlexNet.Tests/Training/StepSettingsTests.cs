using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Training.Tests;

public sealed class StepSettingsTests
{
    private static readonly RecipeSchema Schema = new("train", StepSettings.Settings);

    [Fact]
    public void Defaults_of_the_settings_are_those_of_the_options()
    {
        var (recipe, standard) = (new Recipe(Schema), new TrainingOptions());
        Assert.Empty(recipe.Faults());
        var options = StepSettings.Into(standard, recipe);
        Assert.Equal(standard with { Hooks = options.Hooks }, options);
        Assert.Empty(options.Hooks);
    }

    [Fact]
    public void Everything_that_is_chosen_arrives()
    {
        var options = Of(
            "optimizer=adamw", "lr=0.002", "beta1=0.8", "beta2=0.95", "eps=1e-6", "weight_decay=0.05", "no_decay_norm_bias=true", "schedule=onecycle", "pct_start=0.2", "div_factor=10", "final_div_factor=50",
            "loss=bce", "label_smoothing=0.1", "class_weights=balanced", "ema_decay=0.99", "mixup_alpha=0.2", "cutmix_alpha=1", "freeze_batch_norm=true", "clip_grad_norm=5", "accumulate=4");
        Assert.Equal(new AdamOptions { Decoupled = true, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = 0.05, NoDecayOnNormAndBias = true }, options.Optimiser);
        Assert.Equal(new OneCycleRate { RisingFraction = 0.2, DivFactor = 10, FinalDivFactor = 50 }, options.Schedule);
        Assert.Equal(new BinaryCrossEntropyOptions { LabelSmoothing = 0.1, ClassWeights = ClassWeighting.Balanced }, options.Loss);
        Assert.Equal([new MixingOptions { MixupAlpha = 0.2, CutmixAlpha = 1 }, new WeightAverageOptions { Decay = 0.99 }, new FrozenNormalisationOptions()], options.Hooks);
        Assert.Equal((0.002, 5.0, 4), (options.LearningRate, options.ClipGradientNorm, options.Accumulate));
    }

    [Fact]
    public void Every_schedule_takes_its_shape()
    {
        Assert.Equal(new StepRate { StepEpochs = 4, Gamma = 0.5, WarmupEpochs = 2 }, Of("schedule=step", "step_epochs=4", "gamma=0.5", "warmup_epochs=2").Schedule);
        Assert.Equal(new MultiStepRate { Milestones = [3, 7], WarmupSteps = 20 }, Of("schedule=multistep", "milestones=3,7", "warmup_steps=20").Schedule);
        Assert.Equal(new CosineRate { FinalFactor = 0.25, OnUpdates = true }, Of("schedule=cosine", "lr=0.5", "min_lr=0.125", "schedule_on_updates=true").Schedule);
        Assert.Equal(new PolynomialRate { Power = 2 }, Of("schedule=polynomial", "power=2").Schedule);
        Assert.Equal(new ExponentialRate(), Of("schedule=exponential").Schedule);
        Assert.Equal(new PlateauRate { Patience = 3, Threshold = 0.01, Cooldown = 1, Gamma = 0.5, FinalFactor = 0.25 }, Of("schedule=plateau", "patience_epochs=3", "plateau_threshold=0.01", "cooldown_epochs=1", "gamma=0.5", "lr=0.2", "min_lr=0.05").Schedule);
        Assert.Equal(new SgdOptions { Momentum = 0 }, Of("optimizer=sgd", "momentum=0").Optimiser);
    }

    [Fact]
    public void A_setting_of_something_that_is_not_chosen_is_a_fault() => Assert.Equal(
        ["`beta1` is for `optimizer` adam and adamw", "`gamma` is for `schedule` step, multistep, exponential, plateau", "`pct_start` is for `schedule` onecycle"], Recipe("beta1=0.8", "pct_start=0.2", "gamma=0.5").Faults());

    [Fact]
    public void Recorded_choices_come_back_the_same()
    {
        var recipe = Recipe("optimizer=adam", "schedule=multistep", "milestones=3,7", "gamma=0.5", "sampler=weighted", "clip_grad_norm=1");
        var resumed = ResumedRecipe.Of(new Recipe(Schema), recipe.Record().ToDictionary(entry => entry.Key, entry => (object?)entry.Value), "a.pth");
        Assert.Empty(resumed.Contradictions);
        Assert.Empty(resumed.Notes);
        Assert.Equal(StepSettings.Into(new(), recipe) with { Hooks = [] }, StepSettings.Into(new(), resumed.Recipe) with { Hooks = [] });
        Assert.Equal(Sampling.Weighted, resumed.Recipe.Get(StepSettings.Sampler));
        Assert.Equal("3,7", resumed.Recipe.TextOf(StepSettings.Settings.Single(setting => setting.Name == "milestones")));
    }

    [Theory]
    [InlineData("milestones=3,x", "`milestones` is '3,x', expected auto or ascending whole numbers of 1 or more, such as 30,60,90")]
    [InlineData("schedule=cosin", "`schedule` does not know 'cosin': did you mean cosine?")]
    public void Text_that_is_no_value_is_refused(string given, string fault)
    {
        var (name, text) = (given.Split('=')[0], given.Split('=')[1]);
        Assert.Equal(fault, new Recipe(Schema).Parse(Schema.Find(name)!, text));
    }

    [Fact]
    public void Milestones_must_ascend() =>
        Assert.Equal(["`milestones` is 7,3, expected auto or ascending whole numbers of 1 or more, such as 30,60,90"], Recipe("schedule=multistep", "milestones=7,3").Faults());

    private static TrainingOptions Of(params string[] given)
    {
        var recipe = Recipe(given);
        Assert.Empty(recipe.Faults());
        var options = StepSettings.Into(new(), recipe);
        Assert.Empty(options.Faults());
        return options;
    }

    private static Recipe Recipe(params string[] given)
    {
        var recipe = new Recipe(Schema);
        foreach (var pair in given.Select(text => text.Split('=', 2))) Assert.Null(recipe.Parse(Schema.Find(pair[0])!, pair[1]));
        return recipe;
    }
}
