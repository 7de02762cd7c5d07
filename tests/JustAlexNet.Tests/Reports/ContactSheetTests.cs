using JustAlexNet.Imaging;
using JustAlexNet.TestSupport;
using SkiaSharp;

namespace JustAlexNet.Reports.Tests;

public sealed class ContactSheetTests
{
    private static readonly SKColor[] Colours = [new(200, 10, 20), new(30, 210, 40), new(50, 60, 220)];

    [Theory]
    [InlineData(100, 100)]
    [InlineData(40, 120)]        // enlarged threefold
    [InlineData(1, 96)]
    public void Every_picture_is_drawn_whole_with_its_own_pixels(int side, int cell)
    {
        using var sheet = new Picture(ContactSheet.Draw(Content(side, ["photo", "epoch 0", "epoch 1"], rows: 2)));
        Assert.True(sheet.HasWhiteRim());
        foreach (var colour in Colours) Assert.Equal(2 * cell * cell, Count(sheet, colour));
    }

    [Fact]
    public void Rows_stand_below_each_other_and_columns_beside_each_other()
    {
        using var sheet = new Picture(ContactSheet.Draw(Content(100, ["a", "b", "c"], rows: 1)));
        var places = Colours.Select(colour => First(sheet, colour)).ToList();
        Assert.Single(places.Select(place => place.Y).Distinct());
        Assert.Equal([100 + 6 + 18, 100 + 6], [places[1].X - places[0].X, places[2].X - places[1].X]);      // the photo stands apart
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_and_a_text_more_gives_others()
    {
        var plain = ContactSheet.Draw(Content(50, ["a"], rows: 1));
        Assert.Equal(plain, ContactSheet.Draw(Content(50, ["a"], rows: 1)));
        Assert.NotEqual(plain, ContactSheet.Draw(Content(50, ["b"], rows: 1)));
        Assert.NotEqual(plain, ContactSheet.Draw(Content(50, ["a"], rows: 1) with { Title = "another" }));
    }

    [Theory]
    [InlineData("sheet.png", 0x89)]
    [InlineData("sheet.jpg", 0xFF)]
    [InlineData("sheet.JPEG", 0xFF)]
    public void File_is_of_the_kind_that_its_name_says(string name, int first)
    {
        using var scratch = new Scratch();
        ContactSheet.Save(Content(50, ["a"], rows: 1), scratch.At(name));
        Assert.Equal(first, File.ReadAllBytes(scratch.At(name))[0]);
    }

    [Fact]
    public void Long_names_are_shortened_instead_of_pushing_the_pictures_away()
    {
        var content = Content(100, ["a", "b", "c"], rows: 1);
        using var sheet = new Picture(ContactSheet.Draw(content with { Rows = [content.Rows[0] with { Name = new string('n', 500), Detail = new string('d', 500) }] }));
        Assert.True(sheet.HasWhiteRim());
        Assert.InRange(First(sheet, Colours[0]).X, 150, 210);
    }

    [Fact]
    public void What_cannot_be_a_sheet_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw(new("t", ["a"], [])));
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw(Content(10, ["a", "b"], rows: 1) with { Columns = ["a"] }));
        Assert.Equal("a sheet of 100 x 7 pictures of 1000 x 1000 pixels is too large (729 of 100 megapixels): fewer photos, or smaller ones", ContactSheet.SizeFault(100, 7, 1000));
        Assert.Null(ContactSheet.SizeFault(4, 7, 224));
    }

    private static ContactSheetContent Content(int side, string[] columns, int rows) => new("title", columns,
        [.. Enumerable.Range(0, rows).Select(row => new ContactSheetRow($"class {row}", "file.jpg", [.. columns.Select((_, column) => Filled(side, Colours[column]))]))]);

    private static RgbImage Filled(int side, SKColor colour)
    {
        var image = new RgbImage(side, side);
        for (var i = 0; i < image.Pixels.Length; i += 3) (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (colour.Red, colour.Green, colour.Blue);
        return image;
    }

    private static int Count(Picture sheet, SKColor colour) => Places(sheet, colour).Count();

    private static (int X, int Y) First(Picture sheet, SKColor colour) => Places(sheet, colour).First();

    private static IEnumerable<(int X, int Y)> Places(Picture sheet, SKColor colour) =>
        from y in Enumerable.Range(0, sheet.Height) from x in Enumerable.Range(0, sheet.Width) where sheet.At(x, y) == colour select (x, y);
}
