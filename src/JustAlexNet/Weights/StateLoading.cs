using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>From the entries of a file into a network's tensors, exactly or not at all.</summary>
public static class StateLoading
{
    /// <summary>A state dictionary of a file as names and tensors, in order.</summary>
    /// <param name="state">What the file holds, for example under <c>model_state_dict</c>.</param>
    /// <param name="source">The file, named in the error.</param>
    /// <exception cref="WeightsException">A key is not a name or a value is not a tensor.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Tensors(PickleDictionary state, string source) => throw new NotSupportedException(source);

    /// <summary>
    /// Copies every entry into the tensor of its name, in place, whatever device and memory layout that has. Checked first: on any difference nothing is copied.
    /// Floating types convert into each other; other types must be equal.
    /// </summary>
    /// <param name="target">The network's parameters and buffers by name. Gradients are not recorded.</param>
    /// <param name="source">The entries of the file.</param>
    /// <param name="sourceName">The file, named in the error.</param>
    /// <param name="targetName">The network, named in the error.</param>
    /// <exception cref="WeightsException">Names, shapes or types differ: all of them are in <see cref="WeightsException.Mismatch"/>, the message names the first of each kind.</exception>
    public static void CopyInto(
        IReadOnlyDictionary<string, torch.Tensor> target, IReadOnlyDictionary<string, StoredTensor> source, string sourceName, string targetName) =>
        throw new NotSupportedException(sourceName);
}
