using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Recipes;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet transfer DATA</c>.</summary>
internal static class TransferCommand
{
    public static Command Create(string[] line, Terminal terminal) => RunVerb.Create(TransferSettings.Schema, "Learn from few photos: a pretrained network, a new last layer.", line, terminal,
        "transfer photos --pretrained imagenet",
        "transfer photos --pretrained resnet18.pth",
        "transfer photos --pretrained checkpoints/best_model.pth --views 2",
        "transfer photos --pretrained resnet18.pth --folds 5            # too few photos to hold any out",
        "transfer photos --pretrained resnet18.pth --mode finetune --epochs 5 --output tuned");
}
