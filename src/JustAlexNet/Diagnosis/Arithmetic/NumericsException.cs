namespace JustAlexNet.Diagnosis;

/// <summary>This machine computes a network wrongly, and nobody asked to go on all the same.</summary>
/// <param name="message">Which layer, by how much, what to do.</param>
public sealed class NumericsException(string message) : JustAlexNetException(message);
