using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;
using SkiaSharp;

namespace JustAlexNet.Reports.Tests;

public sealed class ConfusionMatrixPictureTests
{
    [Theory]
    [InlineData(1, 260)]
    [InlineData(2, 260)]
    [InlineData(5, 136)]
    [InlineData(10, 96)]
    [InlineData(200, 16)]
    [InlineData(1000, 3)]
    public void Every_class_gets_its_block_of_pixels_in_the_right_place(int classes, int cell)
    {
        var matrix = Matrix(classes);
        var layout = new ConfusionMatrixLayout(matrix.Names, 0);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(matrix));

        Assert.Equal(cell, layout.Cell);
        Assert.Equal((layout.Width, layout.Height), (picture.Width, picture.Height));
        Assert.True(picture.HasWhiteRim());
        foreach (var label in new[] { 0, classes / 2, classes - 1 }.Distinct())
            foreach (var predicted in new[] { 0, classes / 2, classes - 1 }.Distinct())
            {
                var color = picture.At(layout.Left + (predicted * cell) + (cell / 2), layout.Top + (label * cell) + (cell / 5) + 1);
                Assert.True(color == (label == predicted ? new SKColor(0x08, 0x26, 0x50) : SKColors.White), $"cell {label}, {predicted} is {color}");
            }
    }

    [Fact]
    public void Name_in_decomposed_letters_is_drawn_as_the_composed_one()
    {
        Assert.Equal(ConfusionMatrixPicture.Draw(new ConfusionMatrix(["\u00DCni caf\u00E9", "b"])), ConfusionMatrixPicture.Draw(new ConfusionMatrix(["U\u0308ni cafe\u0301", "b"])));
        Assert.NotEqual(ConfusionMatrixPicture.Draw(new ConfusionMatrix(["Uni cafe", "b"])), ConfusionMatrixPicture.Draw(new ConfusionMatrix(["\u00DCni caf\u00E9", "b"])));
    }

    [Fact]
    public void Too_many_classes_for_a_picture_are_said()
    {
        Assert.Null(ConfusionMatrixPicture.Absence(4000));
        Assert.Equal("no picture of the confusion matrix: it shows up to 4,000 classes, here are 4,001; confusion_matrix.csv has them all", ConfusionMatrixPicture.Absence(4001));
    }

    [Fact]
    public void Rows_are_true_classes_and_colours_are_shares_of_the_row()
    {
        var matrix = new ConfusionMatrix(["cat", "dog", "owl"]);
        matrix.Add(0, 1, 1000);                       // all of them wrong: darkest, though off the diagonal
        matrix.Add(1, 1, 1);
        matrix.Add(1, 2, 99);
        var layout = new ConfusionMatrixLayout(matrix.Names, 1);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(matrix));
        SKColor Cell(int label, int predicted) => picture.At(layout.Left + (predicted * layout.Cell) + 20, layout.Top + (label * layout.Cell) + 20);

        Assert.Equal(new SKColor(0x08, 0x26, 0x50), Cell(0, 1));
        Assert.Equal(SKColors.White, Cell(0, 0));
        Assert.InRange(Cell(1, 1).Red, 0xC8, 0xD6);   // one of a hundred is tinted, not white
        Assert.Equal(new SKColor(0xE9, 0xEB, 0xEE), Cell(2, 0));   // no owl was shown: grey
        Assert.True(Cell(1, 2).Red < 20);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(120)]
    [InlineData(1000)]
    public void Diagonal_is_found_where_nothing_was_recognised(int classes)
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, classes).Select(i => $"class {i}")]);
        for (var c = 0; c < classes; c++) matrix.Add(c, (c + 1) % classes, 1);
        var layout = new ConfusionMatrixLayout(matrix.Names, 0);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(matrix));
        foreach (var row in new[] { 0, classes / 2, classes - 1 })
        {
            var y = layout.Top + (row * layout.Cell) + (layout.Cell / 2);
            var orange = Enumerable.Range(layout.Left, layout.Side).Where(x => picture.At(x, y) is var c && c.Red > 0xC0 && c.Blue < 0x80).ToList();
            Assert.NotEmpty(orange);
            Assert.All(orange, x => Assert.InRange(x - layout.Left - (row * layout.Cell), -40, layout.Cell + 40));
        }
    }

    [Fact]
    public void Names_given_stand_in_place_of_the_class_names_and_must_be_as_many()
    {
        var (codes, words) = (new ConfusionMatrix(["n01443537", "n01629819"]), new ConfusionMatrix(["goldfish", "salamander"]));
        Assert.Equal(ConfusionMatrixPicture.Draw(words), ConfusionMatrixPicture.Draw(codes, new() { Names = ["goldfish", "salamander"] }));
        Assert.StartsWith("1 names for 2 classes.", Assert.Throws<ArgumentException>(() => ConfusionMatrixPicture.Draw(codes, new() { Names = ["goldfish"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_and_other_input_others()
    {
        Assert.Equal(ConfusionMatrixPicture.Draw(Matrix(10)), ConfusionMatrixPicture.Draw(Matrix(10)));
        Assert.NotEqual(ConfusionMatrixPicture.Draw(Matrix(10)), ConfusionMatrixPicture.Draw(TestMatrix.Example()));
    }

    [Fact]
    public void File_holds_pixels_only_and_nothing_is_left_beside_it()
    {
        using var scratch = new Scratch();
        var path = scratch.At("confusion_matrix.png");
        ConfusionMatrixPicture.Save(Matrix(3), path);
        Assert.DoesNotContain(Picture.Chunks(File.ReadAllBytes(path)), c => c is "tEXt" or "zTXt" or "iTXt" or "tIME" or "eXIf");
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Names_counts_titles_and_colour_bar_are_really_drawn()
    {
        var matrix = Matrix(5);
        var layout = new ConfusionMatrixLayout(matrix.Names, 0);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(matrix));
        using var silent = new Picture(ConfusionMatrixPicture.Draw(matrix, new() { Title = "", Summary = "", TrueAxis = "", PredictedAxis = "", Colour = "" }));
        var (right, bottom) = (layout.Left + layout.Side, layout.Top + layout.Side);

        Assert.True(picture.Dark(0, 0, picture.Width, layout.Top - 20) > 1000, "no title");
        Assert.Equal(0, silent.Dark(0, 0, picture.Width, layout.Top - 20));
        Assert.True(picture.Dark(0, layout.Top, layout.Left - 2, bottom) > silent.Dark(0, layout.Top, layout.Left - 2, bottom) + 200, "no axis title");
        Assert.True(silent.Dark(0, layout.Top, layout.Left - 2, bottom) > 200, "no row names");
        Assert.True(silent.Dark(0, bottom + 2, right, picture.Height) > 200, "no column names");
        Assert.True(silent.Dark(right + layout.BarGap + layout.BarWidth + 10, layout.Top - 20, picture.Width, bottom + 20) > 200, "no marks on the colour bar");
        Assert.Contains(Enumerable.Range(layout.Left + 10, layout.Cell - 20), x => picture.At(x, layout.Top + 52) == SKColors.White);   // the count, white on dark
    }

    [Fact]
    public void One_picture_is_no_pictures()
    {
        var one = new ConfusionMatrix(["cat", "dog"]);
        one.Add(1, 1, 1);
        Assert.Equal(ConfusionMatrixPicture.Draw(one), ConfusionMatrixPicture.Draw(one, new() { SummaryOfOne = "accuracy 100.0 % on 1 picture" }));
        Assert.NotEqual(ConfusionMatrixPicture.Draw(one), ConfusionMatrixPicture.Draw(one, new() { SummaryOfOne = "accuracy 100.0 % on 1 pictures" }));
    }

    [Fact]
    public void Very_long_names_do_not_widen_the_picture_without_end()
    {
        var names = Enumerable.Range(0, 10).Select(i => new string('长', 200) + i).ToArray();
        var layout = new ConfusionMatrixLayout(names, 0);
        Assert.InRange(layout.Width, 960, 1700);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(new ConfusionMatrix(names)));
        Assert.True(picture.HasWhiteRim());
    }

    [Fact]
    public void Hundreds_of_classes_keep_their_names_and_a_thousand_get_thinned_indices()
    {
        var names = Enumerable.Range(0, 1000).Select(i => $"class {i}").ToArray();
        var twoHundred = new ConfusionMatrixLayout(names[..200], 0);
        var thousand = new ConfusionMatrixLayout(names, 0);
        Assert.Equal("class 199", twoHundred.Ticks[199].Text);
        Assert.True(twoHundred.NameSize <= twoHundred.Cell);
        Assert.Equal(["0", "50", "100"], thousand.Ticks.Take(3).Select(t => t.Text));
    }

    [Fact]
    public void An_empty_matrix_is_a_grey_picture()
    {
        var matrix = new ConfusionMatrix(["cat", "dog"]);
        var layout = new ConfusionMatrixLayout(matrix.Names, 2);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(matrix));
        Assert.Equal(new SKColor(0xE9, 0xEB, 0xEE), picture.At(layout.Left + 20, layout.Top + 20));
    }

    [Fact]
    public void More_classes_than_pixels_are_refused()
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, 4001).Select(i => $"{i}")]);
        Assert.StartsWith("The matrix has 4001 classes, a picture shows at most 4000.", Assert.Throws<ArgumentException>(() => ConfusionMatrixPicture.Draw(matrix)).Message, StringComparison.Ordinal);
    }

    // Every picture recognised.
    private static ConfusionMatrix Matrix(int classes)
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, classes).Select(i => $"class {i}")]);
        for (var c = 0; c < classes; c++) matrix.Add(c, c, 10 + c);
        return matrix;
    }
}
