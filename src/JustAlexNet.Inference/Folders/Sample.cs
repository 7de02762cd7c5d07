namespace JustAlexNet.Inference;

/// <summary>One labelled picture; nothing is decoded.</summary>
/// <param name="Path">The file: the folder as the caller gave it, plus the way down to the picture.</param>
/// <param name="Label">The place of its class in <see cref="ImageFolder.Classes"/>, 0 or more.</param>
public sealed record Sample(string Path, int Label);
