using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Recipes;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet train DATA</c>.</summary>
internal static class TrainCommand
{
    public static Command Create(string[] line, Terminal terminal) => RunVerb.Create(TrainSettings.Schema, "Train a network on a folder of photos.", line, terminal,
        "train photos --model resnet18",
        "train photos --augment standard --schedule cosine --warmup-epochs 1 --epochs 40 --output runs/cosine",
        "train photos --model resnet18 --pretrained imagenet --lr 0.001 --augment standard",
        "train photos --resume auto                  # go on where it stopped, or start",
        "train photos --bad-images skip --bad-images-limit 20");
}
