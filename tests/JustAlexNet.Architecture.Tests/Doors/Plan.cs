namespace JustAlexNet.Architecture.Tests.Doors;

/// <summary>The allowed references, as the plan of the house lists them. What is not here is a wall.</summary>
internal static class Plan
{
    /// <summary>Project to the projects it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> Projects { get; } = new Dictionary<string, string[]>
    {
        ["JustAlexNet.Imaging"] = [],
        ["JustAlexNet.Onnx"] = ["JustAlexNet.Imaging"],
        ["JustAlexNet"] = ["JustAlexNet.Imaging", "JustAlexNet.Onnx"],
        ["JustAlexNet.Serving"] = ["JustAlexNet.Imaging", "JustAlexNet.Onnx"],
        ["JustAlexNet.Cli"] = ["JustAlexNet", "JustAlexNet.Imaging", "JustAlexNet.Onnx", "JustAlexNet.Serving"],
    };

    /// <summary>Room of the learning library (a folder, and its namespace) to the rooms it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> Rooms { get; } = new Dictionary<string, string[]>
    {
        ["Files"] = [],
        ["Settings"] = [],
        ["Runtime"] = [],
        ["Evaluation"] = ["Files"],
        ["Models"] = ["Runtime"],
        ["Weights"] = ["Files", "Runtime"],
        ["Data"] = ["Settings", "Runtime"],
        ["Parallel"] = ["Runtime"],
        ["Export"] = ["Models", "Evaluation", "Runtime"],
        ["Training"] = ["Files", "Data", "Models", "Weights", "Evaluation", "Diagnosis", "Runtime"],
        ["Transfer"] = ["Files", "Training", "Data", "Models", "Weights", "Evaluation", "Diagnosis", "Runtime"],
        ["Diagnosis"] = ["Files", "Data", "Models", "Runtime"],
        ["Inference"] = ["Training", "Data", "Models", "Weights", "Evaluation", "Runtime"],
    };
}
