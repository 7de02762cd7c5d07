using System.Text;
using JustAlexNet.Bench;
using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Runs;
using JustAlexNet.Settings;
using JustAlexNet.Weights;
using Microsoft.Extensions.Logging.Abstractions;

namespace JustAlexNet.Campaigns.Texts;

/// <summary>A text file that the product reads from its users, and what reads it.</summary>
/// <param name="Kind">What is counted.</param>
/// <param name="Name">What the file is called.</param>
/// <param name="Whole">One that is read.</param>
/// <param name="Read">Reads it: given its path.</param>
internal sealed record TextFile(string Kind, string Name, byte[] Whole, Action<string> Read);

/// <summary>All of them.</summary>
internal static class TextFiles
{
    private static readonly Lazy<IReadOnlyList<TextFile>> Made = new(Make);

    /// <summary>In the order of their cases.</summary>
    public static IReadOnlyList<TextFile> All => Made.Value;

    private static List<TextFile> Make() =>
    [
        new("class map, name to index", "class_to_idx.json", Bytes("""{"dress": 0, "hat": 1, "pants": 2, "shoes": 3, "t-shirt": 4}"""), path => ClassMap.Read(path)),
        new("class map, index to wnid and name", "imagenet_class_index.json", Bytes("""{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"], "2": ["n01484850", "great_white_shark"]}"""), path => ClassMap.Read(path)),
        new("class map, a name a line", "names.txt", Bytes("tench\ngoldfish, Carassius auratus\ngreat white shark\n"), path => ClassMap.Read(path)),
        .. Directory.GetFiles(Path.Combine(Checkout.Root, "recipes"), "*.yaml").Order(StringComparer.Ordinal).Select(path => new TextFile("recipe, YAML, train", "recipe.yaml", File.ReadAllBytes(path), Recipe(TrainSettings.Schema))),
        new("recipe, YAML, transfer", "recipe.yaml", Bytes(RecipeFile.Write(new Recipe(TransferSettings.Schema))), Recipe(TransferSettings.Schema)),
        new("confusion matrix, CSV", "confusion_matrix.csv", Bytes(ConfusionMatrixCsv.Format(Matrix())), path => ConfusionMatrixCsv.Load(path)),
        new("list of pictures to leave out", "quarantine.txt", Bytes("# left out\ntrain/dress/1.jpg\ntrain/hat/2.jpg\n./#odd.jpg\n"), path => ExcludeList.Read(path)),
        new("record of a run, JSON, to name its photos", "run.json", Bytes("""{"command": ["train", "photos"], "options": {"epochs": 2}, "data": {"folder": "/tmp", "classes": ["a", "b"]}, "result": {"best": {"epoch": 1}}}"""), path => RunFolders.PhotosOf(Path.GetDirectoryName(path)!)),
        new("record of a run, JSON, to go on", "run.json", Bytes("""{"command": ["train", "photos"], "pretrained": {"source": "imagenet", "sha256": "f37072fd"}, "result": {"best": {"epoch": 1}, "memory": 3}}"""), path => _ = RunRecord.Before(path)?["result"]?["best"]?.ToJsonString()),
        new("what an unfinished check has found, JSON", "", CheckCacheText(), ReadCheckCache),
        new("keys of a server", "keys.txt", Bytes("# ours\nalice:0123456789abcdef\nbob:fedcba9876543210\n"), path => _ = new JustAlexNet.Serving.Http.KeyFile(path, "api_keys", NullLogger.Instance, TimeProvider.System)),
        new("words of Tiny-ImageNet", "words.txt", Bytes("n01443537\tgoldfish, Carassius auratus\nn01629819\tEuropean fire salamander\n"), path => TinyImageNet.Words(Path.GetDirectoryName(path)!, ["n01443537"])),
        new("annotations of Tiny-ImageNet", Path.Combine("val", "val_annotations.txt"), Bytes("val_0.JPEG\tn01443537\t0\t32\t44\t62\nval_1.JPEG\tn01629819\t52\t55\t57\t59\n"), ReadAnnotations),
        new("preprocessing in safetensors' metadata, JSON", "preprocessing.json", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Imaging.Preprocessing.ImageNet(64).ToDictionary()), ReadCarried),
    ];

    private static Action<string> Recipe(RecipeSchema schema) => path => RecipeFile.Apply(new Recipe(schema), path);

    private static ConfusionMatrix Matrix()
    {
        var matrix = new ConfusionMatrix(["dress", "=hat", "t-shirt, white"]);
        for (var i = 0; i < 9; i++) matrix.Add(i / 3, i % 3, i * i);
        return matrix;
    }

    private static byte[] CheckCacheText()
    {
        var folder = Directory.CreateTempSubdirectory("justalexnet-check-").FullName;
        try
        {
            var cache = new CheckCache(folder, "/photos", TimeProvider.System);
            for (var i = 0; i < 3; i++) cache.Add($"/photos/{i}.jpg", new FileStamp(1000 + i, 638_000_000_000_000_000), new PictureFacts { Content = new string('a', 64), Width = 400, Height = 533 });
            cache.Save();
            return File.ReadAllBytes(Directory.GetFiles(folder).Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The name is a hash of the folder of photos: the case's file is put in its place.
    private static void ReadCheckCache(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var cache = new CheckCache(folder, "/photos", TimeProvider.System);
        cache.Add("/photos/0.jpg", default, new PictureFacts());
        cache.Save();
        File.Move(path, Directory.GetFiles(folder, "*.jsonl").Single(), overwrite: true);
        var read = new CheckCache(folder, "/photos", TimeProvider.System);
        read.Open();
        _ = read.Find("/photos/0.jpg", new FileStamp(1000, 638_000_000_000_000_000));
    }

    private static void ReadAnnotations(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
        Directory.CreateDirectory(Path.Combine(folder, "val", "images"));
        foreach (var name in new[] { "val_0.JPEG", "val_1.JPEG" }) File.WriteAllBytes(Path.Combine(folder, "val", "images", name), []);
        Directory.CreateDirectory(Path.Combine(folder, "train", "n01443537", "images"));
        File.WriteAllBytes(Path.Combine(folder, "train", "n01443537", "images", "0.JPEG"), []);
        TinyImageNet.Parts(folder, Path.Combine(folder, "train"));
    }

    private static void ReadCarried(string path)
    {
        Dictionary<string, string> metadata = [];
        foreach (var (key, value) in new[] { ("arch", "\"resnet18\""), ("class_to_idx", "{\"a\": 0, \"b\": 1}"), ("preprocessing", File.ReadAllText(path)) }) metadata["justalexnet." + key] = value;
        var entries = CarriedEntries.FromMetadata(metadata, path)!;
        Training.CheckpointEntries.ToPreprocessing(entries.Require<PickleDictionary>("preprocessing", path), path);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
