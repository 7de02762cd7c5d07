using JustAlexNet.Inference;

namespace JustAlexNet.Bench.Sides;

/// <summary>Photos of a folder, evenly picked, repeated where there are too few.</summary>
internal static class BenchPhotos
{
    public static (IReadOnlyList<Sample> Samples, int Classes) Of(string folder, int count)
    {
        var data = ImageFolder.Open(folder);
        var all = data.Training;
        var picked = Enumerable.Range(0, count).Select(i => all[count <= all.Count ? (int)((long)i * all.Count / count) : i % all.Count]);
        return ([.. picked], data.Classes.Count);
    }
}
