using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset</c>: looks at photos and arranges them. <c>show DATA</c> draws what training sees of some of them.</summary>
internal static class DatasetCommand
{
    private static readonly RecipeSchema Schema = new("dataset show", [CommonSettings.DataFolder, .. AugmentationSettings.All, TrainSettings.HonoursExif, PhotoSettings.Scaled, PhotoSettings.Side, CommonSettings.ValSplit, CommonSettings.Exclude, CommonSettings.Seed]) { Rules = [new(AugmentationSettings.Faults)] };

    private static readonly SettingOptions Settings = new(Schema);
    private static readonly Option<string?> Output = Values.Path("--output", "The picture: .png, or .jpg", "FILE", "contact.png");
    private static readonly Option<int> Epoch = Values.Whole("--epoch", "The first epoch that is shown, counted from 1", 1);
    private static readonly Option<int> Epochs = Values.Whole("--epochs", "How many epochs are shown, a column each", 6);
    private static readonly Option<int> Count = Values.Whole("--count", "How many photos are shown, a row each: of every class the first, then the second ...", 4);
    private static readonly Option<int> ImageSize = Values.Whole("--image-size", "Side of the pictures in pixels", 224);

    public static Command Create(Terminal terminal)
    {
        var show = new Command("show", "Draw what training sees of some photos, epoch by epoch, beside the photos themselves.");
        Settings.AddTo(show);
        foreach (var option in new Option[] { Output, Epoch, Epochs, Count, ImageSize }) show.Add(option);
        string[] examples = ["dataset show photos", "dataset show photos --augment standard,randaugment,erasing --output augmented.jpg", "dataset show photos --augment standard,jitter --jitter-hue 0.1 --count 8 --image-size 128"];
        HelpWithExamples.Add(show, examples);
        show.SetAction(result => Show(result, terminal));
        var dataset = new Command("dataset", "Look at a folder of photos, divide it, take some of it, or fetch one.")
        {
            show, DatasetCheckCommand.Create(terminal), DatasetStatsCommand.Create(terminal), DatasetSplitCommand.Create(terminal), DatasetSampleCommand.Create(terminal), DatasetDownloadCommand.Create(terminal),
        };
        HelpWithExamples.Add(dataset, examples[0], DatasetCheckCommand.Examples[0], DatasetStatsCommand.Examples[0], DatasetSplitCommand.Examples[0], DatasetSampleCommand.Examples[0], DatasetDownloadCommand.Examples[0]);
        return dataset;
    }

    private static int Show(ParseResult result, Terminal terminal)
    {
        var recipe = Settings.Read(result, out var unread);
        var (count, epoch, epochs, side, seed) = (result.GetValue(Count), result.GetValue(Epoch), result.GetValue(Epochs), result.GetValue(ImageSize), recipe.Get(CommonSettings.Seed));
        var (output, faults) = (result.GetValue(Output)!, (unread.Count > 0 ? unread : recipe.Faults()).ToList());
        if (count < 1) faults.Add($"--count is {count}, expected 1 or more");
        if (epoch < 1) faults.Add($"--epoch is {epoch}, expected 1 or more");
        if (epochs < 1) faults.Add($"--epochs is {epochs}, expected 1 or more");
        if (Preprocessing.SideFault(side) is { } sideFault) faults.Add(sideFault);
        if (Path.GetExtension(output).ToLowerInvariant() is not (".png" or ".jpg" or ".jpeg")) faults.Add($"--output is '{output}', expected a name that ends in .png, .jpg or .jpeg");
        if (faults.Count == 0 && ContactSheet.SizeFault(count, epochs + 1, side) is { } large) faults.Add(large);
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        foreach (var note in recipe.Unused()) terminal.Note(note);
        var photos = ImageFolder.Open(recipe.Get(CommonSettings.DataFolder), new FolderOptions { Seed = seed, ValidationFraction = recipe.Get(CommonSettings.ValSplit), AllowEmptyClasses = true, Exclude = CommonSettings.Excluded(recipe) });
        new Runs.RunFolder(Path.GetDirectoryName(output) is { Length: > 0 } folder ? folder : ".").RequireApartFrom(photos.Training.Concat(photos.Validation).Concat(photos.Test ?? []));
        foreach (var note in photos.Notes.Concat(photos.UnknownFiles.Select(files => files.Note))) terminal.Note(note);
        var augmentation = AugmentationCatalogue.Of(recipe) with { HonourExifOrientation = recipe.Get(TrainSettings.HonoursExif) };
        var chosen = Chosen(photos.Training, count);
        var rows = new List<ContactSheetRow>();
        try
        {
            foreach (var index in chosen)
            {
                var pictures = new List<RgbImage>();
                rows.Add(new(photos.Classes[photos.Training[index].Label], Path.GetFileName(photos.Training[index].Path), pictures));
                pictures.Add(TrainingPictures.Whole(photos.Training[index].Path, side, recipe.Get(TrainSettings.HonoursExif)));
                for (var i = 0; i < epochs; i++) pictures.Add(TrainingPictures.Augmented(photos.Training, index, epoch - 1 + i, augmentation, side, seed, PhotoSettings.Of(recipe)));
            }
            ContactSheet.Save(new($"{augmentation.Name}   {side} px, seed {seed}", ["photo", .. Enumerable.Range(epoch, epochs).Select(e => $"epoch {e}")], rows), output);
        }
        finally
        {
            foreach (var picture in rows.SelectMany(row => row.Pictures)) picture.Dispose();
        }
        terminal.Out.WriteLine(terminal.Broken($"{output}   {Counted.Of(rows.Count, "photo")}, {Counted.Of(epochs, "epoch")} of --augment {recipe.TextOf(AugmentationSettings.Augment)}"));
        return ExitCode.Done;
    }

    /// <summary>Places in the list: the first photo of each class, then the second of each, until there are enough.</summary>
    private static List<int> Chosen(IReadOnlyList<Sample> samples, int count) =>
        [.. samples.Index().GroupBy(entry => entry.Item.Label).SelectMany(group => group.Select((entry, place) => (place, entry.Item.Label, entry.Index))).Order().Take(count).Select(entry => entry.Index)];
}
