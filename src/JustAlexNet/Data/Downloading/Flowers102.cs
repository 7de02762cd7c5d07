using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>The 102 flowers of Oxford as folders: <c>train</c>, <c>val</c> and <c>test</c> as published, classes by their numbers (<c>001</c> to <c>102</c>), since no file of the publication names them.</summary>
/// <remarks><c>jpg/image_00001.jpg</c> has the first label of <c>imagelabels.mat</c> (<c>labels</c>); <c>setid.mat</c> has the numbers of the pictures of every part (<c>trnid</c>, <c>valid</c>, <c>tstid</c>).</remarks>
internal static class Flowers102
{
    private static readonly (string Variable, string Part)[] Parts = [("trnid", "train"), ("valid", "val"), ("tstid", "test")];

    /// <summary>See <see cref="DataSetConversion"/>.</summary>
    public static void Convert(string unpacked, IReadOnlyDictionary<string, string> others, string folder, Action<int, int>? progress, CancellationToken stop)
    {
        var labels = Variable(MatFile.Read(others["imagelabels.mat"]), "imagelabels.mat", "labels");
        var sets = MatFile.Read(others["setid.mat"]);
        List<(int Number, string Part)> pictures = [.. Parts.SelectMany(part => Variable(sets, "setid.mat", part.Variable).Select(number => (number, part.Part)))];
        if (pictures.Select(picture => picture.Number).Distinct().Count() != pictures.Count) throw Fault("setid.mat", "a picture is in two parts");
        var photos = Path.Combine(unpacked, "jpg") is var inner && Directory.Exists(inner) ? inner : unpacked;       // alone in the archive, the folder is looked through
        foreach (var (number, _) in pictures)
        {
            if (number > labels.Length) throw Fault("setid.mat", $"it names picture {number}, and there are {labels.Length} labels");
            if (!File.Exists(FileOf(number))) throw Fault("the archive", $"{Path.GetFileName(FileOf(number))} is missing");
        }
        foreach (var (done, (number, part)) in pictures.Index())
        {
            stop.ThrowIfCancellationRequested();
            var place = Directory.CreateDirectory(Path.Combine(folder, part, labels[number - 1].ToString("000", CultureInfo.InvariantCulture)));
            File.Move(FileOf(number), Path.Combine(place.FullName, Path.GetFileName(FileOf(number))));
            progress?.Invoke(done + 1, pictures.Count);
        }

        string FileOf(int number) => Path.Combine(photos, string.Create(CultureInfo.InvariantCulture, $"image_{number:00000}.jpg"));
    }

    private static int[] Variable(IReadOnlyDictionary<string, int[]> file, string name, string variable) =>
        file.TryGetValue(variable, out var values) && values.Length > 0 && values.All(value => value > 0) ? values : throw Fault(name, $"expected whole numbers above 0 called {variable}");

    private static DataException Fault(string file, string what) => new($"{PrintableText.Of(file)} is not as it is published: {what}.\nFetch it anew, or from another place.", file);
}
