using JustAlexNet.Bench.Plain;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Bench.Sides;

/// <summary>A training step in plain TorchSharp as its examples write it: NCHW, float32, <c>optim.SGD</c>, glibc's allocator and OpenMP as they are. Nothing of JustAlexNet's Runtime.</summary>
internal sealed class PlainStepWork : Work
{
    private readonly Module<Tensor, Tensor> model;
    private readonly SGD optimizer;
    private readonly Tensor pixels, labels;

    public PlainStepWork(SideSettings settings)
    {
        model = PlainNetworks.Create(settings.Text("model"), FixedBatch.Classes);
        model.train();
        optimizer = optim.SGD(model.parameters(), 1e-3, momentum: 0.9, weight_decay: 5e-4, nesterov: true);
        pixels = PlainInput.Pixels(settings);
        labels = FixedBatch.Labels(settings.Number("batch"));
    }

    public override string About => $"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}, {get_num_threads()} threads, fp32, NCHW";

    public override double Round()
    {
        using var scope = NewDisposeScope();
        var output = model.forward(PlainInput.Normalised(pixels));
        var loss = functional.cross_entropy(output, labels);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return pixels.shape[0];
    }

    public override void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
        pixels.Dispose();
        labels.Dispose();
    }
}

/// <summary>The same network's forward pass.</summary>
internal sealed class PlainInferenceWork : Work
{
    private readonly Module<Tensor, Tensor> model;
    private readonly Tensor pixels;

    public PlainInferenceWork(SideSettings settings)
    {
        model = PlainNetworks.Create(settings.Text("model"), FixedBatch.Classes);
        model.eval();
        pixels = PlainInput.Pixels(settings);
    }

    public override string About => $"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}, {get_num_threads()} threads, fp32, NCHW";

    public override double Round()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        _ = model.forward(PlainInput.Normalised(pixels));
        return pixels.shape[0];
    }

    public override void Dispose()
    {
        model.Dispose();
        pixels.Dispose();
    }
}

/// <summary>Pixels in the order that plain code uses, N C H W in memory.</summary>
internal static class PlainInput
{
    public static Tensor Pixels(SideSettings settings)
    {
        using var stored = FixedBatch.Pixels(settings.Number("batch"), settings.Number("size"));
        using var moved = stored.permute(0, 3, 1, 2);
        return moved.contiguous();
    }

    public static Tensor Normalised(Tensor pixels)
    {
        var mean = tensor(new[] { 0.485f, 0.456f, 0.406f }).reshape(1, 3, 1, 1);
        var deviation = tensor(new[] { 0.229f, 0.224f, 0.225f }).reshape(1, 3, 1, 1);
        return (pixels.to(ScalarType.Float32) / 255 - mean) / deviation;
    }
}
