using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class ForeignWordsTests
{
    [Theory]
    [InlineData("predict x.png --top-k 3", "unknown option '--top-k': did you mean --topk?", "predict")]
    [InlineData("predict --weights best.pt x.png", "unknown option '--weights': did you mean --checkpoint?", "predict")]
    [InlineData("predict x.png --epochs 3", "unknown option '--epochs': train has it, predict has not", "predict")]
    [InlineData("predict --source x.png", "unknown option '--source': IMAGE|FOLDER stands on the line by itself, as in: predict IMAGE|FOLDER", "predict")]
    [InlineData("train --data X", "unknown option '--data': DATA stands on the line by itself, as in: train DATA", "train")]
    [InlineData("train a --learning-rate 0.1", "unknown option '--learning-rate': did you mean --lr?", "train")]
    [InlineData("train a --learning_rate=0.1", "unknown option '--learning_rate=0.1': did you mean --lr?", "train")]
    [InlineData("train a --batch 8", "unknown option '--batch': did you mean --batch-size?", "train")]
    [InlineData("train a --imgsz 64", "unknown option '--imgsz': did you mean --image-size?", "train")]
    [InlineData("train a --patience 3", "unknown option '--patience': did you mean --early-stop-patience?", "train")]
    [InlineData("train a -j 2", "unknown option '-j': did you mean --workers?", "train")]
    [InlineData("train a -a resnet18", "unknown option '-a': did you mean --model?", "train")]
    [InlineData("train a --weights w.pth", "unknown option '--weights': did you mean --pretrained?", "train")]
    [InlineData("train a --opt adam", "unknown option '--opt': did you mean --optimizer?", "train")]
    [InlineData("train a --num-classes 3", "unknown option '--num-classes': the classes are the folders in DATA", "train")]
    [InlineData("train a --output --overwrit", "unknown option '--overwrit': did you mean --overwrite?", "train")]
    [InlineData("train a epochs=10", "unknown argument 'epochs=10': did you mean --epochs?", "train")]
    [InlineData("transfer a --opt sgd", "unknown option '--opt': did you mean --optimizer?", "transfer")]
    [InlineData("evaluate --data-dir a", "unknown option '--data-dir': DATA stands on the line by itself, as in: evaluate DATA", "evaluate")]
    [InlineData("models test --model resnet18", "unknown option '--model': NAME stands on the line by itself, as in: models test NAME", "models test")]
    [InlineData("weights inspect --file x", "unknown option '--file': FILE stands on the line by itself, as in: weights inspect FILE", "weights inspect")]
    public void Word_of_another_tool_is_answered_with_ours(string line, string fault, string verb) =>
        Here.Run(line.Split(' ')).IsBareRefusal(ExitCode.Usage, $"error: {fault}", $"  See: justalexnet {verb} --help");

    [Theory]
    [InlineData("fit a", "unknown command 'fit': did you mean train?")]
    [InlineData("finetune a", "unknown command 'finetune': did you mean transfer?")]
    [InlineData("test a", "unknown command 'test': did you mean evaluate?")]
    [InlineData("frobnicate", "unknown command 'frobnicate', expected train, transfer, predict, evaluate, models, weights, export, serve, dataset, doctor")]
    [InlineData("help trian", "unknown command 'trian': did you mean train?")]
    public void Verb_of_another_tool_is_answered_with_ours(string line, string fault) =>
        Here.Run(line.Split(' ')).IsBareRefusal(ExitCode.Usage, $"error: {fault}", "  See: justalexnet --help");

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help train", "train --help")]
    [InlineData("help models test", "models test --help")]
    public void Help_is_a_word_too(string line, string same) => Assert.Equal(Here.Run(same.Split(' ')), Here.Run(line.Split(' ')));

    [Fact]
    public void Picture_whose_name_begins_with_a_dash_follows_two_dashes() =>
        Here.Run("predict", "--checkpoint", "no.pth", "--", "--top-k").IsBareRefusal(ExitCode.Failed, "error: cannot read no.pth: there is no such file.", "  Name a file of weights, for example checkpoints/best_model.pth.");

    [Theory]
    [InlineData("train a --model ResNet18", "--model does not know 'ResNet18': did you mean resnet18?", "justalexnet train --help")]
    [InlineData("train a --model resnet50", "--model does not know 'resnet50', expected alexnet, resnet18, resnet34, densenet121, densenet169, densenet201", "justalexnet train --help")]
    [InlineData("predict a --model resnet50", "--model does not know 'resnet50', expected alexnet, resnet18, resnet34, densenet121, densenet169, densenet201", "justalexnet predict --help")]
    [InlineData("models test resnet50", "there is no network 'resnet50', expected one of alexnet, resnet18, resnet34, densenet121, densenet169, densenet201", "justalexnet models test --help")]
    [InlineData("train a --pretrained ImageNet", "--pretrained is 'ImageNet': did you mean imagenet? (a file of this name is ./ImageNet)", "justalexnet train --help")]
    public void Other_number_is_no_slip_and_capitals_are(string line, string fault, string see) =>
        Here.Run(line.Split(' ')).IsBareRefusal(ExitCode.Usage, $"error: {fault}", $"  See: {see}");

    [Fact]
    public void Words_lead_to_options_and_verbs_that_exist()
    {
        var verbs = Root.Create([], new Output.Terminal(TextWriter.Null, TextWriter.Null)).Subcommands;
        var options = verbs.SelectMany(verb => verb.Options).Select(option => option.Name).ToHashSet();
        Assert.Subset(options, ForeignWords.Options.Select(row => row.Ours).ToHashSet());
        Assert.Subset(verbs.Select(verb => verb.Name).ToHashSet(), ForeignWords.Verbs.Select(row => row.Ours).ToHashSet());
    }
}
