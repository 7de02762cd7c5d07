using System.Globalization;
using JustAlexNet.Models.Folding;

namespace JustAlexNet.Export;

/// <summary>Which values of a network are counted on one scale where they are rounded: those that an operator only moves (the largest of some, rows of another shape, concatenations), so that it need not round again.</summary>
internal sealed class ValueGroups
{
    private readonly Dictionary<GraphNode, int> places = new(ReferenceEqualityComparer.Instance);
    private readonly int[] leaders;

    public ValueGroups(FoldedGraph network)
    {
        foreach (var node in network.Nodes) places[node] = places.Count;
        leaders = [.. Enumerable.Range(0, places.Count)];
        foreach (var node in network.Nodes)
            foreach (var input in Shared(node)) leaders[Leader(places[node])] = Leader(places[input]);
    }

    /// <summary>The group of a node's value.</summary>
    public string Of(GraphNode node) => Leader(places[node]).ToString(CultureInfo.InvariantCulture);

    /// <summary>The group of what a convolution gives before something is added to it.</summary>
    public string BeforeAddition(ConvolutionNode node) => string.Create(CultureInfo.InvariantCulture, $"{places[node]} before its addition");

    // What a chain of concatenations begins with is rounded anew, once: it may be rectified, and is then better counted from 0 than with the others.
    private static IEnumerable<GraphNode> Shared(GraphNode node) => node switch
    {
        MaxPoolNode or FlattenNode or GridAverageNode { Side: > 1 } => node.Inputs,
        ConcatenationNode { First: ConcatenationNode } => node.Inputs,
        ConcatenationNode c => [c.Second],
        _ => [],
    };

    private int Leader(int at) => leaders[at] == at ? at : Leader(leaders[at]);
}
