using JustAlexNet.Models.Folding;
using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>A network that turns pictures into one logit a class.</summary>
/// <remarks>
/// State (weights and running statistics) belongs to the network and goes with <see cref="Dispose"/>. It has the names, order and
/// shapes of torchvision's state dictionary; convolution weights lie in channels-last memory. Not thread-safe.
/// </remarks>
public abstract class Network : IDisposable
{
    private readonly Layer root;
    private readonly List<(string Name, StateSlot Slot)> slots;
    private readonly GraphTensors graph = new();
    private long exchanges;     // each outweighs all writes before

    private protected Network(Layer root, string name, int classes, int smallestSide, long? seed)
    {
        (this.root, Name, Classes, SmallestSide) = (root, name, classes, smallestSide);
        root.Name("");
        slots = [.. root.Tree().SelectMany(layer => layer.Slots.Select(s => (layer.Path.Length == 0 ? s.Name : $"{layer.Path}.{s.Name}", s.Slot)))];
        foreach (var (_, slot) in slots) slot.Value.DetachFromDisposeScope();
        if (seed is { } start) Initialise(start);
        foreach (var (_, slot) in slots.Where(s => s.Slot.Trainable)) slot.Value.requires_grad = true;
    }

    /// <summary>The variant's name in <see cref="ModelCatalogue"/>, such as <c>resnet18</c>.</summary>
    public string Name { get; }

    /// <summary>Number of classes K, the length of a row of logits.</summary>
    public int Classes { get; }

    /// <summary>Smallest height and width of a picture, in pixels, that the network can take.</summary>
    public int SmallestSide { get; }

    /// <summary>Where the state lives. Default: the processor.</summary>
    public ComputeDevice Device { get; private set; } = ComputeDevice.Cpu;

    /// <summary>Whether training saves memory at the cost of time: DenseNets recompute in the backward pass what they would otherwise keep. Default false; nothing changes in other networks.</summary>
    public bool MemoryEfficient { get; set; }

    /// <summary>Whether 1 x 1 convolutions are computed as matrix products; null (default): as the processor, precision and stride make right and fast. For tests and measurements.</summary>
    internal bool? PointwiseProducts { get; set; }

    /// <summary>Whether layers may be computed together. Default true. For tests and measurements.</summary>
    internal bool FusesLayers { get; set; } = true;
    /// <summary>Changes whenever an operator writes into the state, or the state is exchanged.</summary>
    internal long StateVersion => exchanges + slots.Sum(slot => Operator.VersionOf(slot.Slot.Value));

    /// <summary>Every entry of the state by torchvision's name, in its order. The tensors stay the network's; they change when it moves.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> State => [.. slots.Select(s => KeyValuePair.Create(s.Name, s.Slot.Value))];

    /// <summary>The entries of <see cref="State"/> that learn by gradient, in the order of <c>parameters()</c> in PyTorch.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => [.. slots.Where(s => s.Slot.Trainable).Select(s => KeyValuePair.Create(s.Name, s.Slot.Value))];

    /// <summary>Number of values that learn.</summary>
    public long ParameterCount => slots.Where(s => s.Slot.Trainable).Sum(s => s.Slot.Value.numel());

    /// <summary>Whether batch normalisation would see a single value a channel, and so fail, in training on one picture of this side.</summary>
    /// <param name="side">The picture's side.</param>
    /// <param name="byBatch">Which normalisations use the batch's statistics; null: all.</param>
    internal bool NormalisesSingleValues(int side, Func<string, bool>? byBatch = null)
    {
        var normalising = root.Tree().OfType<BatchNormalisation>().Select(layer => layer.Path).ToHashSet();
        using var plain = zeros([1, 3, side, side], device: Device.Torch);
        return Trace(plain).Any(layer => normalising.Contains(layer.Key) && byBatch?.Invoke(layer.Key) != false && layer.Value[2] * layer.Value[3] == 1);
    }

    /// <summary>Logits (not probabilities) of a batch of pictures.</summary>
    /// <param name="pictures">(N, 3, H, W), the dtype and device of the weights, normalised; H and W at least <see cref="SmallestSide"/>. Stays the caller's.</param>
    /// <param name="training">Dropout drops (drawing from <see cref="RandomState"/>) and batch normalisation uses and records the batch's statistics.</param>
    /// <returns>(N, <see cref="Classes"/>); the caller disposes it. Gradients are recorded unless the caller has switched them off.</returns>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public Tensor Forward(Tensor pictures, bool training = false) => Forward(pictures, new Pass(training, MemoryEfficient: MemoryEfficient));

    /// <summary>Name of the last linear layer, whose rows are the classes: <c>fc</c>, <c>classifier</c> or <c>classifier.6</c>.</summary>
    public string HeadName => ModelCatalogue.Find(Name)!.HeadName;

    /// <summary>D, the number of features that the head takes: 512 (resnet18), 1920 (densenet201), 4096 (alexnet).</summary>
    public int FeatureCount => (int)Head.Weight.shape[1];

    /// <summary>What the head sees of a batch of pictures: the network in evaluation mode without its last linear layer.</summary>
    /// <param name="pictures">As in <see cref="Forward(Tensor, bool)"/>.</param>
    /// <returns>(N, <see cref="FeatureCount"/>); the caller disposes it. Applying the head's weight and bias to it gives <see cref="Forward(Tensor, bool)"/>.</returns>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public Tensor Features(Tensor pictures) => Forward(pictures, new Pass(Training: false, SkippedLayer: HeadName));

    /// <summary>The head's weight (K, D) and bias (K).</summary>
    internal (Tensor Weight, Tensor Bias) Head => (Slot($"{HeadName}.weight"), Slot($"{HeadName}.bias"));

    /// <summary>As <see cref="Forward(Tensor, bool)"/> in evaluation mode, and the shape of every layer's result on the way.</summary>
    /// <returns>Layer names such as <c>layer1.0.conv1</c> with shapes, in the order of computation; a block after its parts.</returns>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<long>>> Trace(Tensor pictures)
    {
        var seen = new List<KeyValuePair<string, IReadOnlyList<long>>>();
        using var quiet = no_grad();
        Forward(pictures, new Pass(Training: false, (name, value) => seen.Add(KeyValuePair.Create<string, IReadOnlyList<long>>(name, value.shape)))).Dispose();
        return seen;
    }

    /// <summary>As <see cref="Trace"/>, but before each layer computes: the layer and its input, which is valid during the call only.</summary>
    internal void Visit(Tensor pictures, Action<Layer, Tensor> entered)
    {
        using var quiet = no_grad();
        Forward(pictures, new Pass(Training: false, LayerOutput: (_, _) => { }) { LayerInput = entered }).Dispose();
    }

    /// <summary>What the activations of one picture take. Computes nothing.</summary>
    /// <param name="side">Of the picture, at least <see cref="SmallestSide"/>.</param>
    /// <param name="memoryEfficient">See <see cref="MemoryEfficient"/>.</param>
    internal (ActivationCount Activations, Extent Logits) Count(int side, bool memoryEfficient)
    {
        var count = new ActivationCount(memoryEfficient);
        return (count, root.Count(new(3, side, side), count));
    }

    /// <summary>The network in evaluation mode as steps on some pictures, up to the logits. Computes nothing; weights stay the network's.</summary>
    internal GraphNode Describe(PicturesNode pictures) => root.Describe(pictures);

    internal Tensor Forward(Tensor pictures, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var shape = pictures.shape;
        if (shape.Length != 4 || shape[1] != 3) throw new ArgumentException($"expected (N, 3, H, W), received ({string.Join(", ", shape)})", nameof(pictures));
        if (Math.Min(shape[2], shape[3]) < SmallestSide)
            throw new ArgumentException($"{Name} needs pictures of at least {SmallestSide} x {SmallestSide} pixels, received {shape[2]} x {shape[3]}", nameof(pictures));
        graph.ForgetGiven();
        using var scope = NewDisposeScope();        // layers free what they can early; the scope frees the rest if one of them fails
        return root.Apply(pictures, pass with { Products = PointwiseProducts ?? pass.Products, Graph = graph, Fuses = FusesLayers && pass.Fuses }).MoveToOuterDisposeScope();
    }

    /// <summary>Draws new random weights as torchvision's constructor does (same distributions, not the same numbers).</summary>
    /// <param name="seed">Equal seeds give equal weights on every machine and device.</param>
    public void Initialise(long seed)
    {
        var home = Device;
        MoveTo(ComputeDevice.Cpu);
        using (var generator = new Generator((ulong)seed))
            foreach (var layer in root.Tree())
                layer.Initialise(generator);
        MoveTo(home);
    }

    /// <summary>Moves the state to a device. Tensors taken from <see cref="State"/> before are disposed.</summary>
    public void MoveTo(ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device == Device) return;
        Exchange(value => value.to(device.Torch));
        Device = device;
    }

    /// <summary>Turns floating-point state into another dtype, as reference computations in double precision need it.</summary>
    internal void ConvertTo(ScalarType type) => Exchange(value => value.is_floating_point() ? value.to(type) : value.alias());

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        graph.Dispose();
        foreach (var (_, slot) in slots)
        {
            slot.Value.grad?.Dispose();
            slot.Value.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    private Tensor Slot(string name) => slots.First(slot => slot.Name == name).Slot.Value;

    private void Exchange(Func<Tensor, Tensor> convert)
    {
        using var quiet = no_grad();
        exchanges += 1L << 40;
        foreach (var (_, slot) in slots)
        {
            using var converted = convert(slot.Value);
            slot.Replace(converted.detach().requires_grad_(slot.Trainable).DetachFromDisposeScope());
        }
    }
}
