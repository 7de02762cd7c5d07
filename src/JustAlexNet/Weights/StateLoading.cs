using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>From the entries of a file into a network's tensors, exactly or not at all.</summary>
public static class StateLoading
{
    /// <summary>A state dictionary of a file as names and tensors, in order.</summary>
    /// <param name="state">What the file holds, for example under <c>model_state_dict</c>.</param>
    /// <param name="source">The file, named in the error.</param>
    /// <exception cref="WeightsException">A key is not a name or a value is not a tensor.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Tensors(PickleDictionary state, string source)
    {
        ArgumentNullException.ThrowIfNull(state);
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (var (key, value) in state)
        {
            if (key is not string)
                throw new WeightsException($"{source} is not a state dictionary: its key {key} is {PickleKind.Of(key)}, expected names.\n  Save model.state_dict() in PyTorch.") { Path = source };
            tensors[$"{key}"] = value is StoredTensor tensor
                ? tensor
                : throw new WeightsException(
                    $"{source} is not a state dictionary: its entry '{key}' is {PickleKind.Of(value)}, expected a tensor with a name.\n" +
                    "  A training checkpoint keeps the weights one level deeper, for example under model_state_dict.") { Path = source };
        }

        return tensors;
    }

    /// <summary>
    /// Copies every entry into the tensor of its name, in place, whatever device and memory layout that has. Checked first: on any difference nothing is copied.
    /// Floating types convert into each other; other types must be equal.
    /// </summary>
    /// <param name="target">The network's parameters and buffers by name. Gradients are not recorded.</param>
    /// <param name="source">The entries of the file.</param>
    /// <param name="sourceName">The file, named in the error.</param>
    /// <param name="targetName">The network, named in the error.</param>
    /// <param name="allowed">What may be absent all the same. Null: nothing.</param>
    /// <returns>What of <paramref name="allowed"/> was made use of.</returns>
    /// <exception cref="WeightsException">Names, shapes or types differ: all of them are in <see cref="WeightsException.Mismatch"/>, the message names the first of each kind.</exception>
    public static SkippedState CopyInto(
        IReadOnlyDictionary<string, torch.Tensor> target, IReadOnlyDictionary<string, StoredTensor> source, string sourceName, string targetName, AllowedMismatches? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        allowed ??= AllowedMismatches.None;
        var mismatch = Compare(target, source, allowed);
        if (!mismatch.IsNone)
            throw new WeightsException($"{sourceName} does not fit {targetName}\n{mismatch}") { Path = sourceName, Mismatch = mismatch };

        using var noGradient = torch.no_grad();
        foreach (var (name, tensor) in target)
        {
            if (allowed.IsHead(name)) continue;
            if (!source.ContainsKey(name))
            {
                _ = tensor.zero_();     // a counter that was allowed; returns the tensor itself, which is the network's
                continue;
            }

            using var values = source[name].ToTensor();
            _ = tensor.copy_(values);      // returns the tensor itself, which is the network's
        }

        return allowed.Used(target.Keys, source);
    }

    private static StateMismatch Compare(IReadOnlyDictionary<string, torch.Tensor> target, IReadOnlyDictionary<string, StoredTensor> source, AllowedMismatches allowed)
    {
        var shapes = new List<StateDifference>();
        var types = new List<StateDifference>();
        foreach (var (name, tensor) in target)
        {
            if (allowed.IsHead(name) || !source.TryGetValue(name, out var stored)) continue;
            if (!stored.Shape.SequenceEqual(tensor.shape)) shapes.Add(new(name, Shape(tensor.shape), Shape(stored.Shape)));
            if (stored.Type != tensor.dtype && !(ElementType.IsFloating(stored.Type) && ElementType.IsFloating(tensor.dtype)))
                types.Add(new(name, Type(tensor.dtype), Type(stored.Type)));
        }

        var mayBeMissing = allowed.MayBeMissing(target.Keys, source);
        return new StateMismatch([.. target.Keys.Where(name => !source.ContainsKey(name) && !mayBeMissing.Contains(name))], [.. source.Keys.Where(name => !target.ContainsKey(name))], shapes, types);
    }

    private static string Type(torch.ScalarType type) => ElementType.IsKnown(type) ? ElementType.Name(type) : $"{type}";

    private static string Shape(IReadOnlyCollection<long> shape) => shape.Count == 0 ? "scalar" : string.Join(" x ", shape);
}
