using JustAlexNet.Models.Folding;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>A piece of a network: other layers, state of its own, and a function from one tensor to one tensor.</summary>
internal abstract class Layer
{
    /// <summary>The name in the network, such as <c>features.denseblock1.denselayer2</c>; set once by <see cref="Name"/>.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Layers inside, with the last part of their names, in the order of the state dictionary.</summary>
    public virtual IEnumerable<(string Name, Layer Layer)> Children => [];

    /// <summary>State that belongs to this very layer, with the last part of its names, in the order of the state dictionary.</summary>
    public virtual IEnumerable<(string Name, StateSlot Slot)> Slots => [];

    /// <summary>Applies the layer and reports the result to <paramref name="pass"/>. The input stays the caller's; the result is a new tensor, or the input itself, overwritten.</summary>
    public Tensor Apply(Tensor input, Pass pass)
    {
        if (pass.SkippedLayer is { } skipped && Path == skipped) return input;
        pass.LayerInput?.Invoke(this, input);
        var output = Forward(input, pass);
        if (Path.Length > 0) pass.LayerOutput?.Invoke(Path, output);
        return output;
    }

    /// <summary>The function. Same ownership as <see cref="Apply"/>.</summary>
    protected abstract Tensor Forward(Tensor input, Pass pass);

    /// <summary>What <see cref="Apply"/> makes of one picture: the shape of the result, and to <paramref name="count"/> the tensors that it takes memory for.</summary>
    public abstract Extent Count(Extent input, ActivationCount count);

    /// <summary>What the layer computes in evaluation mode, as steps of a graph on its input; computes nothing. Weights stay the layer's.</summary>
    public abstract GraphNode Describe(GraphNode input);

    /// <summary>Fills the layer's own weights with random values, as torchvision does; children are visited by the network.</summary>
    public virtual void Initialise(Generator generator)
    {
    }

    /// <summary>Gives this layer and all inside their names.</summary>
    public void Name(string path)
    {
        Path = path;
        foreach (var (name, layer) in Children) layer.Name(path.Length == 0 ? name : $"{path}.{name}");
    }

    /// <summary>This layer and all inside, in the order of the state dictionary.</summary>
    public IEnumerable<Layer> Tree() => Children.SelectMany(child => child.Layer.Tree()).Prepend(this);
}

/// <summary>One pass through a network: its mode, and who wants to see the results of the layers on the way.</summary>
/// <param name="Training">Dropout drops, batch normalisation uses and records the batch's statistics.</param>
/// <param name="LayerOutput">Called with a layer's name and result; the tensor is valid during the call only, and may be overwritten by the next layer.</param>
/// <param name="MemoryEfficient">Layers that can do so recompute in the backward pass what they would otherwise keep.</param>
/// <param name="SkippedLayer">A layer that is skipped: its input passes it unchanged. Without its head a network gives features.</param>
/// <param name="NormalisesByBatch">In training, which batch normalisation (by its path) uses the batch's statistics; the others keep to their running ones. Null: all do.</param>
/// <param name="Products">Whether 1 x 1 convolutions are computed as matrix products; null: as <see cref="PointwiseConvolution"/> decides. For tests and measurements.</param>
internal sealed record Pass(bool Training, Action<string, Tensor>? LayerOutput = null, bool MemoryEfficient = false, string? SkippedLayer = null, Predicate<string>? NormalisesByBatch = null, bool? Products = null)
{
    /// <summary>Called with every layer and its input before it computes; the tensor is valid during the call only. A fused block enters its layers only where <see cref="LayerOutput"/> is set too.</summary>
    public Action<Layer, Tensor>? LayerInput { get; init; }

    /// <summary>Whether layers may be computed together (<see cref="Layers.Fusion"/>). Default true.</summary>
    public bool Fuses { get; init; } = true;

    /// <summary>Where fused layers keep what the gradient's graph needs; a network's own, else one that the caller disposes after the backward pass.</summary>
    public GraphTensors Graph { get; init; } = new();
}

/// <summary>Tensors that functions of ours keep for the backward pass, and gradients that they gave to the graph. Not thread-safe.</summary>
/// <remarks>TorchSharp's own way to save tensors frees them when the whole graph goes: the activations would stay until the backward pass has ended.</remarks>
internal sealed class GraphTensors : IDisposable
{
    private readonly HashSet<Tensor> kept = new(ReferenceEqualityComparer.Instance);        // a tensor is equal to another by its values: all of them would be read
    private Tensor[] given = [];

    /// <summary>Keeps tensors, which leave their dispose scope, until <see cref="Free"/>.</summary>
    public Tensor[] Keep(params IEnumerable<Tensor> tensors)
    {
        Tensor[] result = [.. tensors.Select(tensor => tensor.DetachFromDisposeScope())];
        kept.UnionWith(result);
        return result;
    }

    /// <summary>Disposes tensors that were kept.</summary>
    /// <exception cref="InvalidOperationException">They were freed before: a graph of these layers goes backward once.</exception>
    public void Free(Tensor[] tensors)
    {
        foreach (var tensor in tensors)
        {
            if (!kept.Remove(tensor)) throw new InvalidOperationException("The graph of these layers has gone backward already; compute the forward pass again.");
            tensor.Dispose();
        }
    }

    /// <summary>Remembers gradients that a function gives to the graph, until <see cref="ForgetGiven"/>: TorchSharp reads them after the function has ended, and disposes none.</summary>
    public List<Tensor> Give(params Tensor[] gradients) => [.. given = [.. gradients.Select(gradient => gradient.DetachFromDisposeScope())]];

    /// <summary>Disposes all; there may be others later.</summary>
    public void Dispose()
    {
        ForgetGiven();
        foreach (var tensor in kept) tensor.Dispose();
        kept.Clear();
    }

    /// <summary>Disposes the gradients given last, which the graph has taken over by now; for the begin of the next function, and after a backward pass. A graph that holds them alone adds to them in place.</summary>
    public void ForgetGiven()
    {
        foreach (var gradient in given) gradient.Dispose();
        given = [];
    }
}

/// <summary>A place for one tensor of the state; the tensor is exchanged when the network moves to another device or dtype.</summary>
internal sealed class StateSlot(Tensor value, bool trainable)
{
    /// <summary>The tensor; the slot owns it.</summary>
    public Tensor Value { get; private set; } = value;

    /// <summary>Whether training changes it by gradient (a parameter) or not (a running statistic).</summary>
    public bool Trainable { get; } = trainable;

    /// <summary>Disposes the present tensor and takes over another.</summary>
    public void Replace(Tensor value)
    {
        Value.Dispose();
        Value = value;
    }
}
