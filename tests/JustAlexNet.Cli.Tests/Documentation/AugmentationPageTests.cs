using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The page of augmentations says what the catalogue has, and shows what the tool draws.</summary>
public sealed class AugmentationPageTests
{
    [Theory, InlineData("docs/augmentation.md"), InlineData("docs/zh/augmentation.md")]
    public void Page_lists_every_option_of_dataset_show_with_its_default(string page)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        var show = DatasetCommand.Create(terminal).Subcommands.Single(command => command.Name == "show");
        var expected = show.Options.Where(option => option.HasDefaultValue).Select(option => $"{option.Name} {Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture)}");
        Assert.Equal(expected.Order(), Rows(page, "--").Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')}").Order());
        Assert.True(show.Options.Count > 15);
    }

    [Theory, InlineData("docs/augmentation.md"), InlineData("docs/zh/augmentation.md")]
    public void Page_lists_every_augmentation_in_the_order_of_the_catalogue(string page) =>
        Assert.Equal(AugmentationSettings.Augment.Help.Split(": ")[1].Split(", "), Rows(page, "").Where(row => !row[0].StartsWith("`--", StringComparison.Ordinal)).Select(row => row[0].Trim('`')));

    [Theory]
    [InlineData("randaugment.jpg", "standard,randaugment,erasing", 4)]
    [InlineData("trivialaugment.jpg", "standard,trivialaugment", 3)]
    [InlineData("jitter.jpg", "standard,jitter,grey,blur,rotation", 3)]
    public void Picture_of_the_page_is_the_one_that_its_command_draws(string picture, string list, int count)
    {
        using var scratch = new Scratch();
        var answer = Here.Run("dataset", "show", Repository.At("samples", "clothing-mini"), "--augment", list, "--image-size", "112", "--count", $"{count}", "--output", scratch.At(picture));
        Assert.Equal((ExitCode.Done, ""), (answer.Code, answer.Err));
        using var drawn = ImageDecoder.Decode(scratch.At(picture));
        using var shown = ImageDecoder.Decode(Repository.At("docs", "pictures", picture));
        Assert.Equal((shown.Width, shown.Height), (drawn.Width, drawn.Height));
        var difference = 0L;
        for (var i = 0; i < shown.Pixels.Length; i++) difference += Math.Abs(shown.Pixels[i] - drawn.Pixels[i]);
        Assert.InRange((double)difference / shown.Pixels.Length, 0, 0.5);       // JPEG encoders differ by a level
    }

    private static IEnumerable<string[]> Rows(string page, string begins) => Page.Read(page).Rows.Where(row => row.Length == 3 && row[0].StartsWith($"`{begins}", StringComparison.Ordinal));
}
