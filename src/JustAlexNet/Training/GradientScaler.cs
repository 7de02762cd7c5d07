using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Keeps float16 gradients away from 0 and from infinity: the loss is multiplied by a scale that follows what the gradients bear.</summary>
/// <remarks>
/// PyTorch's <c>torch.amp.GradScaler</c>: a step whose gradients are not all finite is left out and the scale shrinks by <c>backoff</c>; after
/// <c>interval</c> good steps in a row it grows by <c>growth</c>. Source: Micikevicius et al., arXiv 1710.03740, section 3.2; rules and defaults of PyTorch 2.
/// Not thread-safe.
/// </remarks>
internal sealed class GradientScaler(double scale = 65536, double growth = 2, double backoff = 0.5, int interval = 2000)
{
    private int goodSteps;
    private double growth = growth, backoff = backoff;
    private int interval = interval;

    /// <summary>What the loss is multiplied by, and the gradients divided by.</summary>
    public double Scale { get; private set; } = scale;

    /// <summary>Follows a step.</summary>
    /// <param name="finite">Whether all gradients were finite, so that the step was taken.</param>
    public void Update(bool finite)
    {
        if (!finite)
        {
            (Scale, goodSteps) = (Scale * backoff, 0);
            return;
        }
        if (++goodSteps < interval) return;
        (Scale, goodSteps) = (Scale * growth, 0);
    }

    /// <summary>The state as <c>GradScaler.state_dict()</c> gives it.</summary>
    public PickleDictionary ToStateDictionary() => new()
    {
        { "scale", Scale }, { "growth_factor", growth }, { "backoff_factor", backoff }, { "growth_interval", (long)interval }, { "_growth_tracker", (long)goodSteps },
    };

    /// <summary>Takes such a state over.</summary>
    /// <exception cref="WeightsException">An entry is missing or of another kind.</exception>
    public void Load(PickleDictionary state, string source)
    {
        ArgumentNullException.ThrowIfNull(state);
        (Scale, growth, backoff) = (state.Require<double>("scale", source), state.Require<double>("growth_factor", source), state.Require<double>("backoff_factor", source));
        (interval, goodSteps) = ((int)state.Require<long>("growth_interval", source), (int)state.Require<long>("_growth_tracker", source));
    }
}
