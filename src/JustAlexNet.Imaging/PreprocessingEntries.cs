namespace JustAlexNet.Imaging;

/// <summary>A <see cref="Preprocessing"/> as plain entries, and back.</summary>
internal static class PreprocessingEntries
{
    private const string SquashName = "squash";
    private const string CropName = "shorter-side-crop";

    public static IReadOnlyDictionary<string, object> Write(Preprocessing preprocessing)
    {
        var entries = new OrderedDictionary<string, object>();
        switch (preprocessing.Geometry)
        {
            case Squash squash:
                entries["geometry"] = SquashName;
                entries["side"] = (long)squash.Side;
                break;
            case ShorterSideCrop crop:
                entries["geometry"] = CropName;
                entries["resize_side"] = (long)crop.ResizeSide;
                entries["crop_side"] = (long)crop.CropSide;
                break;
        }
        entries["interpolation"] = preprocessing.Interpolation == Interpolation.Bicubic ? "bicubic" : "bilinear";
        entries["antialias"] = true;
        entries["mean"] = preprocessing.Mean.ToArray().Select(value => (object)value).ToList();
        entries["std"] = preprocessing.Deviation.ToArray().Select(value => (object)value).ToList();
        entries["channel_order"] = "RGB";
        entries["honour_exif_orientation"] = preprocessing.HonourExifOrientation;
        return entries;
    }

    public static Preprocessing Read(IReadOnlyDictionary<string, object?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var entries = new EntryReader(values);
        var geometry = entries.Choice("geometry", SquashName, CropName);
        var side = geometry == SquashName ? entries.Side("side") : 1;
        var resizeSide = geometry == CropName ? entries.Side("resize_side") : 1;
        var cropSide = geometry == CropName ? entries.Side("crop_side") : 1;
        var interpolation = entries.Choice("interpolation", "bilinear", "bicubic");
        entries.MustBe("antialias", true);
        var mean = entries.Channels("mean", positive: false);
        var deviation = entries.Channels("std", positive: true);
        entries.MustBe("channel_order", "RGB");
        var honourExif = entries.Truth("honour_exif_orientation");
        entries.Finish(passOver: geometry is null ? ["side", "resize_side", "crop_side"] : []);

        return new(geometry == SquashName ? new Squash(side) : new ShorterSideCrop(resizeSide, cropSide))
        {
            Interpolation = interpolation == "bicubic" ? Interpolation.Bicubic : Interpolation.Bilinear,
            Mean = mean,
            Deviation = deviation,
            HonourExifOrientation = honourExif,
        };
    }
}
