using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Parameters with one learning rate and one decay.</summary>
/// <param name="RateFactor">What the learning rate is multiplied by.</param>
/// <param name="WeightDecay">Their decay.</param>
/// <param name="Members">Their places among all parameters, ascending.</param>
internal sealed record ParameterGroup(double RateFactor, double WeightDecay, IReadOnlyList<int> Members);

/// <summary>The groups of an optimiser's parameters, in the order in which they first occur, and the numbers by which a state dictionary of PyTorch knows the parameters: group by group.</summary>
internal sealed class ParameterGroups
{
    private readonly int[] numbers;

    /// <param name="parameters">All of them.</param>
    /// <param name="weightDecay">Of those that decay.</param>
    /// <param name="rateFactors">One a parameter; null: 1 for all.</param>
    /// <param name="noDecayOnNormAndBias">Whether parameters of one axis do not decay.</param>
    public ParameterGroups(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double weightDecay, IReadOnlyList<double>? rateFactors, bool noDecayOnNormAndBias)
    {
        All = [.. Enumerable.Range(0, parameters.Count)
            .GroupBy(i => (Factor: rateFactors?[i] ?? 1, Decay: noDecayOnNormAndBias && parameters[i].Value.dim() <= 1 ? 0 : weightDecay))
            .Select(group => new ParameterGroup(group.Key.Factor, group.Key.Decay, [.. group]))];
        if (All.Count == 0) All = [new ParameterGroup(1, weightDecay, [])];
        numbers = new int[parameters.Count];
        var next = 0;
        foreach (var place in All.SelectMany(group => group.Members)) numbers[place] = next++;
    }

    /// <summary>At least one.</summary>
    public IReadOnlyList<ParameterGroup> All { get; }

    /// <summary>The number of a parameter in a state dictionary.</summary>
    public int NumberOf(int parameter) => numbers[parameter];

    /// <summary>Places and numbers, by number.</summary>
    public IEnumerable<(int Parameter, int Number)> Numbered => All.SelectMany(group => group.Members).Select(place => (place, numbers[place]));

    /// <summary>Places and the numbers that a state dictionary has for them: of the same groups, or of all parameters in one.</summary>
    /// <exception cref="WeightsException">It has other groups.</exception>
    public IEnumerable<(int Parameter, int Number)> NumberedAs(PickleDictionary dictionary, string source)
    {
        var sizes = dictionary.Require<List<object?>>("param_groups", source).Select(group => group is PickleDictionary entries ? entries.Require<List<object?>>("params", source).Count : -1).ToList();
        if (sizes.SequenceEqual(All.Select(group => group.Members.Count))) return Numbered;
        if (sizes is [var all] && all == numbers.Length) return Enumerable.Range(0, all).Select(place => (place, place));      // as version 1 wrote it whatever the rates
        throw new WeightsException(
            $"The optimiser's state in {source} does not fit: it has groups of {string.Join(" + ", sizes)} parameters, expected {string.Join(" + ", All.Select(group => group.Members.Count))}.\n" +
            "Resume with the model and the optimiser that the checkpoint was made with.") { Path = source };
    }
}
