using System.Text.Json;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class TinyImageNetTests
{
    private static readonly string[] Wnids = ["n01443537", "n01629819", "n01641577"];

    [Fact]
    public void Folder_as_published_is_trained_measured_and_predicted()
    {
        using var scratch = new Scratch();
        var (tiny, output) = (Make(scratch), Path.Combine(scratch.Folder, "run"));

        var trained = Here.Train(tiny, output, "--epochs", "1");
        Assert.Equal((0, ""), (trained.Code, trained.Err));
        Assert.StartsWith("resnet18 · 3 classes · 12 training / 6 validation photos", trained.Out, StringComparison.Ordinal);
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "run.json")));
        Assert.Equal("TinyImageNet", record.RootElement.GetProperty("data").GetProperty("layout").GetString());

        var best = Path.Combine(output, "best_model.pth");
        var measured = Here.Run("evaluate", tiny, "--checkpoint", best, "--json", "--output", Path.Combine(scratch.Folder, "evaluation"));
        using var json = JsonDocument.Parse(measured.Out);
        Assert.Equal("the validation part", json.RootElement.GetProperty("measured_on").GetString());
        Assert.Equal(6, json.RootElement.GetProperty("images").GetInt32());

        var predicted = Here.Run("predict", Path.Combine(tiny, "test", "images"), "--checkpoint", best);
        Assert.Equal(0, predicted.Code);
        Assert.Matches(@"   (n01443537 goldfish|n01629819 European fire salamander|n01641577 bullfrog) +[01]\.\d{4}$", Assert.Single(predicted.Lines));
        using var answer = JsonDocument.Parse(Here.Run("predict", Path.Combine(tiny, "test", "images"), "--checkpoint", best, "--topk", "3", "--json").Out);
        Assert.Equal("goldfish, Carassius auratus", answer.RootElement.GetProperty("predictions").EnumerateArray().Single(p => p.GetProperty("class").GetString() == Wnids[0]).GetProperty("meaning").GetString());
        Assert.Equal("bullfrog", json.RootElement.GetProperty("classes")[2].GetProperty("meaning").GetString());
        Assert.Equal("bullfrog", record.RootElement.GetProperty("data").GetProperty("display_names").GetProperty(Wnids[2]).GetString());
        Assert.StartsWith(@"true\predicted,n01443537,n01629819,n01641577", File.ReadAllText(Path.Combine(output, "confusion_matrix.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Readable_names_go_along_into_safetensors_and_through_transfer()
    {
        using var scratch = new Scratch();
        var (tiny, output) = (Make(scratch), Path.Combine(scratch.Folder, "run"));
        Assert.Equal(0, Here.Train(tiny, output, "--epochs", "1").Code);
        var (best, converted, tuned) = (Path.Combine(output, "best_model.pth"), scratch.At("model.safetensors"), Path.Combine(scratch.Folder, "tuned"));
        Assert.Equal(0, Here.Run("weights", "convert", best, converted).Code);
        Assert.Equal(0, Here.Run("transfer", tiny, "--pretrained", best, "--output", tuned, "--no-cache").Code);
        foreach (var file in new[] { converted, Path.Combine(tuned, "best_model.pth") })
            Assert.Matches("n01443537 goldfish +[01]", Here.Run("predict", Path.Combine(tiny, "test", "images"), "--checkpoint", file, "--topk", "3").Out);
    }

    private static string Make(Scratch scratch)
    {
        var annotations = new List<string>();
        foreach (var (c, wnid) in Wnids.Index())
        {
            for (var i = 0; i < 4; i++) TestPictures.Write(scratch.At("tiny", "train", wnid, "images", $"{wnid}_{i}.bmp"), 64, 64, c * 10 + i);
            File.WriteAllText(scratch.At("tiny", "train", wnid, $"{wnid}_boxes.txt"), $"{wnid}_0.bmp\t0\t0\t62\t62\n");
            for (var i = 0; i < 2; i++)
            {
                TestPictures.Write(scratch.At("tiny", "val", "images", $"val_{c * 2 + i}.bmp"), 64, 64, c * 10 + i + 5);
                annotations.Add($"val_{c * 2 + i}.bmp\t{wnid}\t0\t0\t62\t62\n");
            }
        }
        TestPictures.Write(scratch.At("tiny", "test", "images", "test_0.bmp"), 64, 64, 99);
        File.WriteAllText(scratch.At("tiny", "val", "val_annotations.txt"), string.Concat(annotations));
        File.WriteAllText(scratch.At("tiny", "words.txt"), "n01443537\tgoldfish, Carassius auratus\nn01629819\tEuropean fire salamander\nn01641577\tbullfrog\n");
        return Path.Combine(scratch.Folder, "tiny");
    }
}
