namespace JustAlexNet.Transfer;

/// <summary>Features of pictures in memory: some views of each, and their labels.</summary>
/// <remarks>A row is an array of its own: a hundred thousand pictures in twelve views have more numbers than one array holds.</remarks>
/// <param name="labels">(N), each 0 or more.</param>
/// <param name="views">Views of a picture, 1 or more.</param>
/// <param name="width">Features of a view, D.</param>
/// <param name="rows">(N x views) rows of D values, the views of a picture behind each other; kept, not copied.</param>
internal sealed class FeatureTable(int[] labels, int views, int width, float[][] rows)
{
    private const int BlockSize = 4096;

    /// <summary>Pictures.</summary>
    public int Count => labels.Length;

    /// <summary>Views of each.</summary>
    public int Views => views;

    /// <summary>Features of a view.</summary>
    public int Width => width;

    /// <summary>The labels.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>The features of one view.</summary>
    public ReadOnlySpan<float> Row(int picture, int view) => rows[picture * views + view];

    /// <summary>The same in float64.</summary>
    public void Read(int picture, int view, Span<double> target)
    {
        var row = Row(picture, view);
        for (var i = 0; i < row.Length; i++) target[i] = row[i];
    }

    /// <summary>Some of the pictures with all their views; the rows are shared.</summary>
    public FeatureTable Take(IReadOnlyList<int> pictures)
    {
        var taken = new float[pictures.Count * views][];
        for (var i = 0; i < taken.Length; i++) taken[i] = rows[pictures[i / views] * views + i % views];
        return new FeatureTable([.. pictures.Select(picture => labels[picture])], views, width, taken);
    }

    /// <summary>All pictures in their order, some thousands at a time: what is computed of them need not fit into one array.</summary>
    public IEnumerable<FeatureTable> Blocks() => Enumerable.Range(0, Count).Chunk(BlockSize).Select(Take);
}
