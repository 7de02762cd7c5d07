namespace JustAlexNet.Imaging.Tests;

public sealed class PreprocessingEntriesTests
{
    public static TheoryData<Preprocessing> Descriptions() => new(
        Preprocessing.Squash(224),
        Preprocessing.ImageNet(64),
        new Preprocessing(new ShorterSideCrop(236, 224)) { Interpolation = Interpolation.Bicubic, Mean = new(0, -0.5, 1), Deviation = new(1, 0.5, 2), HonourExifOrientation = false });

    [Theory, MemberData(nameof(Descriptions))]
    public void What_is_written_is_read_back_equal(Preprocessing preprocessing) =>
        Assert.Equal(preprocessing, Preprocessing.FromDictionary(Nullable(preprocessing.ToDictionary())));

    [Fact]
    public void Entries_are_plain_and_in_order()
    {
        var entries = Preprocessing.ImageNet(224).ToDictionary();
        Assert.Equal(["geometry", "resize_side", "crop_side", "interpolation", "antialias", "mean", "std", "channel_order", "honour_exif_orientation"], entries.Keys);
        Assert.Equal("shorter-side-crop", entries["geometry"]);
        Assert.Equal(256L, entries["resize_side"]);
        Assert.Equal(new List<object> { 0.485, 0.456, 0.406 }, entries["mean"]);
        Assert.Equal(true, entries["antialias"]);
        Assert.Equal(["geometry", "side"], Preprocessing.Squash(64).ToDictionary().Keys.Take(2));
    }

    [Fact]
    public void Whole_numbers_may_stand_for_decimal_ones()
    {
        var entries = Changed(("mean", new List<object> { 0L, 0L, 0L }), ("side", 32));
        Assert.Equal(Preprocessing.Squash(32) with { Mean = default }, Preprocessing.FromDictionary(entries));
    }

    [Fact]
    public void Every_fault_is_listed()
    {
        var entries = Changed(("side", "big"), ("interpolation", "nearest"), ("std", new List<object> { 1.0, 0.0, 1.0 }), ("channel_order", "BGR"), ("gamma", 2.2));
        entries.Remove("antialias");
        var exception = Assert.Throws<PreprocessingException>(() => Preprocessing.FromDictionary(entries));
        Assert.Equal(
            [
                "side is \"big\", expected a whole number of pixels, 1 to 26754",
                "interpolation is \"nearest\", expected \"bilinear\" or \"bicubic\"",
                "antialias is missing, expected true",
                "std is [1, 0, 1], expected three numbers above 0",
                "channel_order is \"BGR\", expected \"RGB\"",
                "gamma is not known",
            ],
            exception.Faults);
        Assert.StartsWith("the preprocessing cannot be used, 6 faults: side is \"big\", expected", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_geometry_is_the_only_fault_it_causes()
    {
        var exception = Assert.Throws<PreprocessingException>(() => Preprocessing.FromDictionary(Changed(("geometry", "letterbox"))));
        Assert.Equal("the preprocessing cannot be used, 1 fault: geometry is \"letterbox\", expected \"squash\" or \"shorter-side-crop\"", exception.Message);
    }

    [Theory, InlineData(0L), InlineData(-3L), InlineData(5_000_000_000L), InlineData(2.5), InlineData(null), InlineData(true)]
    public void A_side_must_be_a_whole_number_of_pixels(object? side) =>
        Assert.Single(Assert.Throws<PreprocessingException>(() => Preprocessing.FromDictionary(Changed(("side", side)))).Faults);

    [Fact]
    public void Lists_of_another_length_or_content_are_faults()
    {
        foreach (var mean in new object?[] { "0.5", null, new List<object> { 0.5 }, new List<object?> { 0.5, 0.5, null }, new[] { 0.1, 0.2, double.NaN }, 0.5 })
            Assert.Single(Assert.Throws<PreprocessingException>(() => Preprocessing.FromDictionary(Changed(("mean", mean)))).Faults);
    }

    private static Dictionary<string, object?> Nullable(IReadOnlyDictionary<string, object> entries) => entries.ToDictionary(entry => entry.Key, entry => (object?)entry.Value);

    private static Dictionary<string, object?> Changed(params (string Key, object? Value)[] changes)
    {
        var entries = Nullable(Preprocessing.Squash(224).ToDictionary());
        foreach (var (key, value) in changes) entries[key] = value;
        return entries;
    }
}
