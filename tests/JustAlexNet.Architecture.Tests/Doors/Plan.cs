namespace JustAlexNet.Architecture.Tests.Doors;

/// <summary>The allowed references, as the plan of the house lists them. What is not here is a wall.</summary>
internal static class Plan
{
    /// <summary>Project to the projects it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> Projects { get; } = new Dictionary<string, string[]>
    {
        ["JustAlexNet.Imaging"] = [],
        ["JustAlexNet.Onnx"] = ["JustAlexNet.Imaging"],
        ["JustAlexNet.Inference"] = ["JustAlexNet.Imaging", "JustAlexNet.Onnx"],
        ["JustAlexNet"] = ["JustAlexNet.Imaging", "JustAlexNet.Onnx", "JustAlexNet.Inference"],
        ["JustAlexNet.Serving"] = ["JustAlexNet.Imaging", "JustAlexNet.Onnx", "JustAlexNet.Inference"],
        ["JustAlexNet.Cli"] = ["JustAlexNet", "JustAlexNet.Imaging", "JustAlexNet.Onnx", "JustAlexNet.Inference", "JustAlexNet.Serving"],
    };

    /// <summary>Room of the learning library (a folder, and its namespace) to the rooms it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> Rooms { get; } = new Dictionary<string, string[]>
    {
        ["Files"] = ["Runtime"],
        ["Settings"] = [],
        ["Runtime"] = [],
        ["Reports"] = ["Files"],
        ["Models"] = ["Runtime"],
        ["Weights"] = ["Files", "Runtime"],
        ["Data"] = ["Settings", "Files", "Runtime"],
        ["Parallel"] = ["Runtime"],
        ["Export"] = ["Diagnosis", "Engines", "Files", "Models", "Runtime"],
        ["Training"] = ["Settings", "Files", "Data", "Models", "Weights", "Engines", "Runtime"],
        ["Transfer"] = ["Files", "Training", "Data", "Models", "Weights", "Engines", "Runtime"],
        ["Loggers"] = ["Training", "Reports", "Settings", "Files", "Runtime", "Data"],
        ["Recipes"] = ["Loggers", "Settings", "Files", "Training", "Transfer", "Data", "Models", "Runtime"],
        ["Runs"] = ["Recipes", "Loggers", "Settings", "Transfer", "Training", "Data", "Models", "Weights", "Engines", "Reports", "Diagnosis", "Files", "Runtime"],
        ["Diagnosis"] = ["Files", "Data", "Models", "Runtime"],
        ["Engines"] = ["Models", "Runtime"],
    };
}
