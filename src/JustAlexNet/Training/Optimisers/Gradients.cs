using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What is done to gradients between the backward pass and the update: in place, without recording, in the caller's dispose scope.</summary>
internal static class Gradients
{
    /// <summary>Divides them by a scale.</summary>
    /// <returns>Whether all of them are finite; the host waits for the device.</returns>
    public static bool Unscale(IEnumerable<Tensor> gradients, double scale)
    {
        using Scalar back = 1 / scale;
        Tensor? finite = null;
        foreach (var gradient in gradients)
        {
            var fine = gradient.mul_(back).isfinite().all();
            finite = finite is null ? fine : finite.logical_and(fine);
        }
        return finite?.cpu().item<bool>() ?? true;
    }

    /// <summary>Cuts the Euclidean norm of all of them together down to a limit: <c>torch.nn.utils.clip_grad_norm_</c>, which multiplies by min(1, limit / (norm + 1e-6)). Nothing is read from the device.</summary>
    /// <param name="gradients">At least none.</param>
    /// <param name="limit">Above 0.</param>
    public static void Clip(IReadOnlyCollection<Tensor> gradients, double limit)
    {
        if (gradients.Count == 0) return;
        using Scalar tiny = 1e-6, most = 1.0;
        var norm = stack(gradients.Select(gradient => gradient.norm())).norm();
        var share = norm.add(tiny).reciprocal().mul(limit).clamp(max: most);
        foreach (var gradient in gradients) _ = gradient.mul_(share);
    }

    /// <summary>Multiplies them by a number.</summary>
    public static void Multiply(IEnumerable<KeyValuePair<string, Tensor>> parameters, double factor)
    {
        using var quiet = no_grad();
        using Scalar by = factor;
        foreach (var (_, parameter) in parameters)
        {
            using var gradient = parameter.grad;
            _ = gradient?.mul_(by);
        }
    }
}
