using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>The pictures that were left out so far because they cannot be read: a run that goes on inside its last epoch does not meet all of them again.</summary>
/// <remarks>By their places among the samples, which a run that goes on has too, wherever its folder is now.</remarks>
/// <param name="training">Its pictures learn.</param>
/// <param name="validation">Its pictures are measured.</param>
internal sealed class SkippedPictures(Loader training, Loader validation) : ICheckpointPart
{
    private readonly (string Name, Loader Loader)[] parts = [("training", training), ("validation", validation)];

    public string Name => "skipped_images";

    public bool MayBeMissing => true;

    public object Write()
    {
        var skipped = parts.SelectMany(part => part.Loader.Skipped).DistinctBy(picture => picture.Path).ToList();      // loaders of a run share one list
        var places = skipped.Count == 0 ? [] : parts.SelectMany(part => part.Loader.Samples.Select((sample, place) => (sample.Path, part.Name, Place: (long)place))).DistinctBy(sample => sample.Path).ToDictionary(sample => sample.Path);
        return (List<object?>)
        [
            .. from picture in skipped
               where places.ContainsKey(picture.Path)
               let at = places[picture.Path]
               select new PickleDictionary { { "part", at.Name }, { "place", at.Place }, { "reason", picture.Reason } },
        ];
    }

    public void Read(object? stored, string source)
    {
        foreach (var row in stored as List<object?> ?? throw Unfit(source, $"it is {PickleKind.Of(stored)}"))
        {
            var picture = row as PickleDictionary ?? throw Unfit(source, $"it holds {PickleKind.Of(row)}");
            var (name, place) = (picture.Require<string>("part", source), picture.Require<long>("place", source));
            var loader = Array.Find(parts, part => part.Name == name).Loader ?? throw Unfit(source, $"there is no part '{name}'");
            if (place < 0 || place >= loader.Count) throw Unfit(source, $"of {loader.Count} {name} pictures there is none at {place}");
            loader.Recall(new SkippedImage(loader.Samples[(int)place].Path, picture.Require<string>("reason", source)));
        }
    }

    private WeightsException Unfit(string source, string why) =>
        new($"'{Name}' of {source} is no list of pictures: {why}.\nThe checkpoint was changed by another program; use one that justalexnet wrote.") { Path = source };
}
