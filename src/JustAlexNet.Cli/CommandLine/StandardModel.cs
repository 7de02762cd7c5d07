using JustAlexNet.Cli.Output;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The model that is meant where nobody names one: what <c>train</c> or <c>transfer</c> has left in its usual folder.</summary>
internal static class StandardModel
{
    private static readonly string[] Places = ["checkpoints/best_model.pth", "artifacts/best_model.pth", "checkpoints/best_model.onnx", "artifacts/best_model.onnx"];

    /// <summary>The only one of the usual files that is there; a person who watches is told which, and predict --json and evaluate name it in their results: standard error stays empty elsewhere.</summary>
    /// <exception cref="PredictionException">There is none, or more than one.</exception>
    public static string Find(Terminal terminal)
    {
        var found = Places.Where(File.Exists).ToList();
        if (found.Count > 1) throw new PredictionException($"there are {found.Count} models here: {string.Join(" and ", found)}.\nName the one that is meant with --checkpoint.");
        if (found.Count == 0) throw new PredictionException("there is no best_model.pth in checkpoints or artifacts here.\nTrain a network first (justalexnet train PHOTOS, or justalexnet transfer PHOTOS), or name its file with --checkpoint.");
        if (terminal.IsErrorWatched) terminal.Err.WriteLine($"model  {found[0]}");
        return found[0];
    }
}
