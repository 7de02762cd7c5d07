using JustAlexNet.Imaging;
using JustAlexNet.Settings;

namespace JustAlexNet.Data.Tests;

public sealed class CatalogueTests
{
    private static readonly RecipeSchema Schema = new("train", AugmentationSettings.All) { Rules = [new(AugmentationSettings.Faults)] };

    [Theory]
    [InlineData("basic", "basic")]
    [InlineData("standard", "standard")]
    [InlineData("flip", "basic")]
    [InlineData("crop,flip", "standard")]
    [InlineData("crop", "crop")]
    [InlineData("none", "none")]
    [InlineData("grey,blur", "grey,blur")]
    [InlineData("basic,rotation", "flip,rotation")]
    [InlineData("erasing,standard,randaugment", "standard,erasing,randaugment")]
    [InlineData("standard,trivialaugment,autoaugment,jitter", "standard,trivialaugment,autoaugment,jitter")]
    public void List_of_names_is_an_augmentation_that_can_be_named(string list, string name)
    {
        var augmentation = AugmentationCatalogue.Of(Given(list));
        Assert.Equal(name, augmentation.Name);
        Assert.Equal(augmentation, AugmentationCatalogue.Of(Given(name)));
    }

    [Fact]
    public void Basic_is_the_default_and_both_that_stand_in_code_are_those_of_the_list()
    {
        Assert.Equal(Augmentation.Basic, AugmentationCatalogue.Of(new Recipe(Schema)));
        Assert.Equal(Augmentation.Standard, AugmentationCatalogue.Of(Given("standard")));
        Assert.Equal(Augmentation.None, AugmentationCatalogue.Of(Given("none")));
        Assert.Equal(Augmentation.Standard with { Pixels = [new RandAugment(), new RandomErasing()] }, AugmentationCatalogue.Of(Given("standard,randaugment,erasing")));
    }

    [Theory]
    [InlineData("standard,randaug", "`augment` does not know 'randaug': did you mean randaugment?")]
    [InlineData("standard,cutout", "`augment` does not know 'cutout', expected basic, standard, crop, flip, randaugment, trivialaugment, autoaugment, jitter, grey, blur, rotation, erasing")]
    [InlineData("standard,erasin", "`augment` does not know 'erasin': did you mean erasing?")]
    [InlineData("standard,,erasing", "`augment` is 'standard,,erasing', expected a list with commas of one of basic, standard, crop, flip, randaugment, trivialaugment, autoaugment, jitter, grey, blur, rotation, erasing, each at most once, or none")]
    public void Unknown_name_is_refused(string list, string fault) => Assert.Equal(fault, new Recipe(Schema).Parse(AugmentationSettings.Augment, list));

    [Theory]
    [InlineData("basic,standard", "`augment` has basic and standard, which each decide which part of a photo is taken: keep one of them")]
    [InlineData("crop,basic", "`augment` has crop and basic, which each decide which part of a photo is taken: keep one of them")]
    [InlineData("standard,jitter,flip", "`augment` has standard and flip, which each decide whether it is mirrored: keep one of them")]
    public void Names_that_contradict_each_other_are_refused(string list, string fault)
    {
        Assert.Equal([fault], Given(list).Faults());
        Assert.Equal(fault, Assert.Throws<SettingException>(() => AugmentationCatalogue.Of(Given(list))).Message);
    }

    [Fact]
    public void Name_that_stands_twice_is_refused() => Assert.StartsWith("`augment` is 'grey,grey', expected a list", Assert.Single(Given("grey,grey").Faults()), StringComparison.Ordinal);

    [Fact]
    public void Every_setting_reaches_its_augmentation()
    {
        var plain = Given("standard,randaugment,trivialaugment,autoaugment,jitter,grey,blur,rotation,erasing");
        var usual = AugmentationCatalogue.Of(plain);
        foreach (var setting in AugmentationSettings.All.Skip(1))
        {
            var changed = Given("standard,randaugment,trivialaugment,autoaugment,jitter,grey,blur,rotation,erasing");
            Assert.Null(changed.Parse(setting, setting == AugmentationSettings.Bilinear ? "bilinear" : setting is Setting<int> ? "3" : "0.45"));
            Assert.Empty(changed.Faults());
            Assert.NotEqual(usual, AugmentationCatalogue.Of(changed));
        }
    }

    [Fact]
    public void Setting_of_an_augmentation_that_is_not_in_the_list_is_said_to_be_unused()
    {
        var recipe = Given("standard");
        Assert.Null(recipe.Parse(AugmentationSettings.All.Single(s => s.Name == "randaugment_magnitude"), "5"));
        Assert.Empty(recipe.Faults());
        Assert.Equal(["not used: `randaugment_magnitude`, for `augment` with randaugment"], recipe.Unused());
    }

    [Fact]
    public void List_that_is_left_open_is_chosen_by_the_run()
    {
        var recipe = new Recipe(new RecipeSchema("transfer", [AugmentationSettings.AugmentOrAuto, .. AugmentationSettings.Details]) { Rules = Schema.Rules });
        Assert.Empty(recipe.Faults());
        Assert.Equal("`augment` was left open, expected a list of augmentations", Assert.Throws<SettingException>(() => AugmentationCatalogue.Of(recipe)).Message);
        foreach (var (name, value) in new[] { ("flip_probability", "0.25"), ("randaugment_ops", "3") }) Assert.Null(recipe.Parse(AugmentationSettings.Details.Single(s => s.Name == name), value));
        Assert.Equal(["not used: `randaugment_ops`, for `augment` with randaugment"], recipe.Unused());
        Assert.Equal(0.25, AugmentationCatalogue.Of(["standard"], recipe).Flip!.Probability);
        Assert.Null(recipe.Parse(AugmentationSettings.AugmentOrAuto, "crop,randaugment"));
        Assert.Equal("crop,randaugment", AugmentationCatalogue.Of(recipe).Name);
    }

    [Theory]
    [InlineData("crop_scale_min", "0")]
    [InlineData("flip_probability", "1.5")]
    [InlineData("randaugment_magnitude", "31")]
    [InlineData("randaugment_ops", "0")]
    [InlineData("jitter_hue", "0.6")]
    [InlineData("jitter_brightness", "-1")]
    [InlineData("blur_sigma_max", "0")]
    [InlineData("rotation_degrees", "181")]
    [InlineData("erasing_area_max", "0.01")]
    public void Value_out_of_its_range_is_refused(string name, string value)
    {
        var recipe = new Recipe(Schema);
        Assert.Null(recipe.Parse(Schema.Find(name)!, value));
        Assert.StartsWith($"`{name}` is {value}, expected ", Assert.Single(recipe.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Value_out_of_its_range_is_refused_in_code_too()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => new RandAugment { Magnitude = 31 });
        Assert.StartsWith("`randaugment_magnitude` is 31, expected 0 to 30", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing { Probability = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomResizedCrop { MinScale = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HorizontalFlip { Probability = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColourJitter { Hue = 0.51 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBlur { MaxSigma = double.PositiveInfinity });
    }

    [Fact]
    public void Evaluation_follows_the_part_of_the_photo_that_is_taken()
    {
        Assert.Equal(Preprocessing.ImageNet(64), AugmentationCatalogue.Of(Given("crop,randaugment")).Evaluation(64));
        Assert.Equal(Preprocessing.Squash(64), AugmentationCatalogue.Of(Given("flip,randaugment")).Evaluation(64));
    }

    [Fact]
    public void Recorded_list_is_read_again_as_a_list_or_as_the_word_of_an_older_checkpoint()
    {
        var asked = new Recipe(Schema);
        var recorded = Given("standard,erasing").Record();
        Assert.Equal(["standard", "erasing"], Assert.IsType<IEnumerable<object>>(recorded["augment"], exactMatch: false));
        Assert.Equal("standard,erasing", ResumedRecipe.Of(asked, recorded.ToDictionary(e => e.Key, e => (object?)e.Value), "x").Recipe.TextOf(AugmentationSettings.Augment));
        Assert.Equal(["standard"], ResumedRecipe.Of(asked, new Dictionary<string, object?> { ["augment"] = "standard" }, "x").Recipe.Get(AugmentationSettings.Augment));
        Assert.Empty(ResumedRecipe.Of(Given("standard,erasing"), recorded.ToDictionary(e => e.Key, e => (object?)e.Value), "x").Contradictions);
        Assert.Equal(["`augment` grey (the run has standard,erasing)"], ResumedRecipe.Of(Given("grey"), recorded.ToDictionary(e => e.Key, e => (object?)e.Value), "x").Contradictions);
    }

    private static Recipe Given(string list)
    {
        var recipe = new Recipe(Schema);
        Assert.Null(recipe.Parse(AugmentationSettings.Augment, list));
        return recipe;
    }
}
