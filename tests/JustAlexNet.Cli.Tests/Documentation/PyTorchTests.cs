namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The Python of the pages works where Debian's PyTorch is installed.</summary>
[Collection(Pages.Name)]
public sealed class PyTorchTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void A_real_PyTorch_reads_a_checkpoint_as_the_training_page_shows()
    {
        Assert.SkipUnless(File.Exists(Python), $"No real PyTorch here ({Python} is absent): apt-get install python3-torch python3-torchvision");
        var page = Page.Read("docs/training.md");
        using var scratch = new PageScratch(page);
        var (missing, why) = scratch.Run(Python, "-c", "import torch, torchvision");
        Assert.SkipWhen(missing != 0, $"No real PyTorch here ({why.Trim().Split('\n')[^1]}): apt-get install python3-torch python3-torchvision");
        var (trained, fault) = scratch.Run(PageScratch.Command, "train", "photos", "--model", "resnet18", "--image-size", "32", "--epochs", "1");
        Assert.True(trained == 0, fault);

        var (exit, said) = scratch.Run(Python, "-c", page.Blocks.Single(block => block.Language == "python").Text);

        Assert.True(exit == 0, said);
        Assert.StartsWith("resnet18 1 {'geometry': 'squash'", said, StringComparison.Ordinal);
    }
}
