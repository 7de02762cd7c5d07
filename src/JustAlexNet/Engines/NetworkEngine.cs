using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>One of our networks, on its device, in evaluation mode.</summary>
internal sealed class NetworkEngine : Engine
{
    private readonly Precision precision;
    private readonly bool owned;
    private readonly EvaluatedNetwork evaluated;

    /// <param name="network">What computes.</param>
    /// <param name="precision">What it computes in; logits and features are float32.</param>
    /// <param name="owned">Whether it is freed with the engine.</param>
    /// <param name="folds">Whether there are enough batches for folding to pay.</param>
    public NetworkEngine(Network network, Precision precision = Precision.Fp32, bool owned = true, bool folds = true) =>
        (Network, this.precision, this.owned, evaluated) = (network, precision, owned, new(network, precision) { Folds = folds });

    public Network Network { get; }

    public override string Name => Network.Name;

    public override int Classes => Network.Classes;

    public override int? Features => Network.FeatureCount;

    public override string? Note => evaluated.Note;

    internal override BatchBuffer NewBuffer(int capacity, int side)
    {
        TorchRuntime.Prepare();     // before the first buffer
        return new TensorBuffer(capacity, side);
    }

    internal override OutputMeter NewMeter(IReadOnlyList<string> classes) => Network.Device == ComputeDevice.Cpu ? new HostMeter(classes) : new DeviceMeter(classes, Network.Device);

    internal override EngineOutput Compute(BatchBuffer buffer, int count, Preprocessing preprocessing, bool features)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var pictures = buffer is TensorBuffer own ? own.View(count) : Copied(buffer, count, preprocessing.Side);
        var (logits, seen) = evaluated.Run(NetworkInput.From(pictures, preprocessing, Network.Device, precision), features);
        return new TensorOutput(Dense(logits), features ? Dense(seen!) : null);

        static Tensor Dense(Tensor value) => value.to(ScalarType.Float32).contiguous().DetachFromDisposeScope();
    }

    internal override void Free()
    {
        evaluated.Dispose();
        if (owned) Network.Dispose();
    }

    private static Tensor Copied(BatchBuffer buffer, int count, int side)
    {
        var rows = empty(count, side, side, 3, dtype: ScalarType.Byte);
        buffer.Pictures(count).CopyTo(rows.bytes);
        return rows.permute(0, 3, 1, 2);
    }
}
