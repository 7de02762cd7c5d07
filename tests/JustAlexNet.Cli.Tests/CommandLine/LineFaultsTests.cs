using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class LineFaultsTests
{
    [Theory]
    [InlineData("", "a command is missing, expected one of train, transfer, predict, evaluate, models, weights, export, serve, dataset, doctor", "justalexnet")]
    [InlineData("trian photos", "unknown command 'trian': did you mean train?", "justalexnet")]
    [InlineData("-v", "unknown option '-v'", "justalexnet")]
    [InlineData("models tset alexnet", "unknown command 'tset': did you mean test?", "justalexnet models")]
    [InlineData("train", "DATA is missing: Folder of photos: DATA/class/photo.jpg, or DATA/train/class/photo.jpg with DATA/val or DATA/validation, or Tiny-ImageNet as published", "justalexnet train")]
    [InlineData("predict", "IMAGE|FOLDER is missing: Pictures, or folders of pictures", "justalexnet predict")]
    [InlineData("evaluate", "DATA is missing: Folder of photos, as for train; classes match by name", "justalexnet evaluate")]
    [InlineData("models test", "NAME is missing: A network of the list", "justalexnet models test")]
    [InlineData("train a b", "unknown argument 'b'", "justalexnet train")]
    [InlineData("train a --modle alexnet", "unknown option '--modle': did you mean --model?", "justalexnet train")]
    [InlineData("train a --learning-speed=3", "unknown option '--learning-speed=3'", "justalexnet train")]
    [InlineData("predict -dash.jpg", "unknown option '-dash.jpg': a file of that name is given as ./-dash.jpg", "justalexnet predict")]
    [InlineData("train a --epochs", "--epochs needs a value: EPOCHS", "justalexnet train")]
    [InlineData("train a --seed 1 --seed 2", "--seed is given 2 times, expected once", "justalexnet train")]
    public void Line_that_does_not_parse(string line, string fault, string help) => Refused(line, fault, $"See: {help} --help");

    [Theory]
    [InlineData("train a --model restnet18", "--model does not know 'restnet18': did you mean resnet18?")]
    [InlineData("train a --model vgg", "--model does not know 'vgg', expected alexnet, resnet18, resnet34, densenet121, densenet169, densenet201")]
    [InlineData("train a --augment bsic", "--augment does not know 'bsic': did you mean basic?")]
    [InlineData("train a --schedule cosin", "--schedule does not know 'cosin': did you mean cosine?")]
    [InlineData("train a --bad-images skp", "--bad-images does not know 'skp': did you mean skip?")]
    [InlineData("train a --device gpu", "--device does not know 'gpu': did you mean cuda?")]
    [InlineData("train a --device cuda:x", "--device does not know 'cuda:x': did you mean cuda?")]
    [InlineData("train a --device quantum --overwrite", "--device does not know 'quantum', expected auto, cpu, cuda, cuda:N or mps")]
    [InlineData("train a --device quantum", "--device does not know 'quantum', expected auto, cpu, cuda, cuda:N or mps")]
    [InlineData("train a --epochs ten", "--epochs is 'ten', expected a whole number, 1 or more")]
    [InlineData("train a --lr 0,1", "--lr is '0,1', expected a number such as 0.01")]
    [InlineData("train a --workers many", "--workers is 'many', expected auto or a whole number, 0 to 512")]
    [InlineData("train a --bad-images skip --bad-images-limit -1", "--bad-images-limit is -1, expected none or 0 or more")]
    [InlineData("train a --bad-images-limit 3", "--bad-images-limit is for --bad-images skip")]
    [InlineData("train a --epochs 0", "--epochs is 0, expected 1 or more")]
    [InlineData("train a --val-split 1", "--val-split is 1, expected above 0 and below 1")]
    [InlineData("train a --image-size 62", "--image-size is 62, alexnet needs 63 or more")]
    [InlineData("train a --model densenet121 --image-size 28", "--image-size is 28, densenet121 needs 29 or more")]
    [InlineData("train a --resume auto --overwrite", "--resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it")]
    [InlineData("train a --output=", "--output needs a value: FOLDER")]
    public void Train_with_a_value_that_cannot_be(string line, string fault) => Refused(line, fault, "See: justalexnet train --help");

    [Theory]
    [InlineData("predict a --topk 0", "--topk is 0, expected 1 or more", "predict")]
    [InlineData("predict a --model resnet81", "--model does not know 'resnet81': did you mean resnet18?", "predict")]
    [InlineData("predict a --preprocessing imagnet --image-size 64", "--preprocessing does not know 'imagnet': did you mean imagenet?", "predict")]
    [InlineData("predict a --preprocessing squash", "--preprocessing squash needs --image-size: the side that the network was trained with", "predict")]
    [InlineData("evaluate a --image-size 64", "--image-size belongs to --preprocessing: for weights that do not say how their pictures were prepared", "evaluate")]
    [InlineData("evaluate a --split vl", "--split does not know 'vl': did you mean val?", "evaluate")]
    [InlineData("evaluate a --batch-size 0", "--batch-size is 0, expected 1 or more", "evaluate")]
    public void Other_verbs_with_a_value_that_cannot_be(string line, string fault, string verb) => Refused(line, fault, $"See: justalexnet {verb} --help");

    [Fact]
    public void Empty_path_is_no_path() =>
        Here.Run("train", "").IsBareRefusal(ExitCode.Usage, "error: DATA is empty, expected a path", "  See: justalexnet train --help");

    [Fact]
    public void Several_faults_are_told_together() => Here.Run("train", "a", "--lr", "-1", "--epochs", "0", "--momentum", "2", "--batch-size", "0").IsBareRefusal(
        ExitCode.Usage,
        "error: --epochs is 0, expected 1 or more",
        "  --batch-size is 0, expected 1 or more",
        "  --momentum is 2, expected 0 to below 1",
        "  --lr is -1, expected a number above 0",
        "  See: justalexnet train --help");

    [Fact]
    public void Network_that_is_not_in_the_list() => Here.Run("models", "test", "alexnt").IsBareRefusal(
        ExitCode.Usage, "error: there is no network 'alexnt': did you mean alexnet?", "  See: justalexnet models test --help");

    private static void Refused(string line, params string[] lines) =>
        Here.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).IsBareRefusal(ExitCode.Usage, [$"error: {lines[0]}", .. lines[1..].Select(next => $"  {next}")]);
}
