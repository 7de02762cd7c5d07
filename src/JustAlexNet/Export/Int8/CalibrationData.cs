using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Export;

/// <summary>Real pictures by which the ranges of values are found, and others on which the result is measured.</summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Calibrating">For the ranges.</param>
/// <param name="HeldOut">For measuring; labelled where <paramref name="IsLabelled"/>.</param>
/// <param name="IsLabelled">Whether the folder names the network's classes.</param>
internal sealed record CalibrationData(string Folder, IReadOnlyList<Sample> Calibrating, IReadOnlyList<Sample> HeldOut, bool IsLabelled)
{
    private const int Fewest = 10, MostCalibrating = 256, MostHeldOut = 1000;

    /// <summary>Finds them: training and validation part of a folder of the network's classes, every other picture of another folder.</summary>
    /// <param name="asked">The folder; null: that of the run.</param>
    /// <param name="model">Says what it was trained on.</param>
    /// <exception cref="ExportException">There is no such folder, or too few pictures are in it.</exception>
    /// <exception cref="DataException">The folder holds no picture.</exception>
    public static CalibrationData Find(string? asked, SavedModel model)
    {
        var folder = asked ?? CheckPictures.RunData(model)
            ?? throw new ExportException($"int8 needs pictures such as the network will see, for the ranges of its values, and the folder that {model.Path} was trained on is not here.\nPass `calibrate` FOLDER: some hundred of them, in class folders if possible.");
        if (!Directory.Exists(folder)) throw new ExportException($"{folder}: there is no such folder.\nName a folder of pictures with `calibrate`.");
        var found = Labelled(folder, model) ?? Plain(folder);
        return found.Enough();
    }

    /// <summary>Itself without pictures that cannot be read.</summary>
    /// <exception cref="ExportException">Too few are left.</exception>
    public CalibrationData Without(IReadOnlyList<SkippedImage> bad)
    {
        if (bad.Count == 0) return this;
        var paths = bad.Select(picture => picture.Path).ToHashSet();
        return (this with { Calibrating = [.. Calibrating.Where(sample => !paths.Contains(sample.Path))], HeldOut = [.. HeldOut.Where(sample => !paths.Contains(sample.Path))] }).Enough();
    }

    private CalibrationData Enough() => Calibrating.Count >= Fewest && HeldOut.Count >= Fewest ? this
        : throw new ExportException($"{Folder} has {Counted.Of(Calibrating.Count, "picture")} that can be read to find ranges by and {HeldOut.Count} to measure on, expected {Fewest} or more of each.\nName a folder of more pictures with `calibrate`; some hundred are good.");

    private static CalibrationData? Labelled(string folder, SavedModel model)
    {
        if (!model.Classes.AreKnown) return null;
        try
        {
            var photos = ImageFolder.Open(folder, new FolderOptions { Classes = model.Classes });
            var (training, validation) = (photos.Training, photos.Validation);
            if (model.Data is { ValidationWasSplitOff: true } record && photos.ValidationOrigin is ValidationSplit && record.ValidationAmong([.. training, .. validation], model.Classes) is { Count: > 0 } known)
                (training, validation) = (record.TrainingAmong([.. training, .. validation], model.Classes), known);
            return new(folder, CheckPictures.Evenly(training, MostCalibrating), CheckPictures.Evenly(validation, MostHeldOut), IsLabelled: true);
        }
        catch (DataException)
        {
            return null;        // no folder of these classes: its pictures do without labels
        }
    }

    private static CalibrationData Plain(string folder)
    {
        var all = PictureList.Of([folder]).Select(path => new Sample(path, 0)).ToList();
        return new(folder, CheckPictures.Evenly([.. all.Where((_, i) => i % 2 == 0)], MostCalibrating), CheckPictures.Evenly([.. all.Where((_, i) => i % 2 == 1)], MostHeldOut), IsLabelled: false);
    }
}
