using JustAlexNet.Models;

namespace JustAlexNet.Training;

/// <summary>The parameters of a network that fine-tuning trains, and how fast: <see cref="FineTuning"/> applied. Gradients end where training does.</summary>
internal sealed class TrainableSet
{
    private readonly HashSet<string> trained = [];
    private readonly bool frozenNormalisation;

    /// <exception cref="TrainingException">There is no such stage, or the factor is out of its range.</exception>
    public TrainableSet(Network network, FineTuning how)
    {
        if (!(how.BackboneRateFactor > 0) || !double.IsFinite(how.BackboneRateFactor)) throw new TrainingException($"the backbone's share of the learning rate is {how.BackboneRateFactor}, expected a number above 0");
        frozenNormalisation = how.FrozenNormalisation;
        var parameters = network.Parameters;
        var first = FirstTrainable(network, how.Unfreeze);
        var factors = new double[parameters.Count];
        for (var i = 0; i < factors.Length; i++)
        {
            var (name, value) = parameters[i];
            value.requires_grad = i >= first;
            factors[i] = name.StartsWith(network.HeadName + ".", StringComparison.Ordinal) ? 1 : how.BackboneRateFactor;
            if (i >= first) trained.Add(name[..name.LastIndexOf('.')]);
        }
        RateFactors = factors;
    }

    /// <summary>One a parameter, in their order.</summary>
    public IReadOnlyList<double> RateFactors { get; }

    /// <summary>The place of the first parameter that is trained.</summary>
    /// <exception cref="TrainingException">There is no such stage.</exception>
    public static int FirstTrainable(Network network, string? unfreeze)
    {
        var first = unfreeze is null ? 0 : network.Parameters.ToList().FindIndex(parameter => FineTuning.Stage(parameter.Key) == unfreeze);
        return first >= 0 ? first : throw new TrainingException($"`unfreeze` is '{unfreeze}', a stage that {network.Name} does not have.\nIt has {string.Join(", ", FineTuning.StagesOf(network))}.");
    }

    /// <summary>Whether the batch normalisation of this path uses and records the batch's statistics.</summary>
    public bool NormalisesByBatch(string path) => !frozenNormalisation && trained.Contains(path);
}
