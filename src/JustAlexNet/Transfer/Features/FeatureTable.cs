namespace JustAlexNet.Transfer;

/// <summary>Features of pictures in memory: some views of each, and their labels.</summary>
/// <param name="labels">(N), each 0 or more.</param>
/// <param name="views">Views of a picture, 1 or more.</param>
/// <param name="width">Features of a view, D.</param>
/// <param name="values">(N, views, D) row by row, float32.</param>
internal sealed class FeatureTable(int[] labels, int views, int width, float[] values)
{
    /// <summary>Pictures.</summary>
    public int Count => labels.Length;

    /// <summary>Views of each.</summary>
    public int Views => views;

    /// <summary>Features of a view.</summary>
    public int Width => width;

    /// <summary>The labels.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>The features of one view.</summary>
    public ReadOnlySpan<float> Row(int picture, int view) => values.AsSpan((picture * views + view) * width, width);

    /// <summary>The same in float64.</summary>
    public void Read(int picture, int view, Span<double> target)
    {
        var row = Row(picture, view);
        for (var i = 0; i < row.Length; i++) target[i] = row[i];
    }

    /// <summary>Some of the pictures with all their views, copied.</summary>
    public FeatureTable Take(IReadOnlyList<int> pictures)
    {
        var size = views * width;
        var taken = new float[pictures.Count * size];
        for (var i = 0; i < pictures.Count; i++) values.AsSpan(pictures[i] * size, size).CopyTo(taken.AsSpan(i * size));
        return new FeatureTable([.. pictures.Select(picture => labels[picture])], views, width, taken);
    }
}
