using System.Text;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Reports.Tests;

public sealed class ConfusionMatrixCsvTests
{
    [Fact]
    public void Two_classes_may_share_a_name()
    {
        var matrix = new ConfusionMatrix(["crane", "crane"]);   // as the bird and the machine in ImageNet
        matrix.Add(0, 1);
        Assert.Equal(1, ConfusionMatrixCsv.Parse(ConfusionMatrixCsv.Format(matrix))[0, 1]);
    }

    [Fact]
    public void Table_has_names_in_the_first_row_and_first_column() =>
        Assert.Equal("true\\predicted,cat,dog,owl\ncat,3,1,0\ndog,0,0,0\nowl,2,0,0\n", ConfusionMatrixCsv.Format(TestMatrix.Example()));

    [Fact]
    public void Names_with_commas_quotes_line_breaks_and_Chinese_come_back()
    {
        string[] names = ["a, b", "the \"best\"", "two\nlines", "连衣裙", " spaces ", "\U00020BB7", "", "\"", "a\r\nb"];
        var matrix = new ConfusionMatrix(names);
        for (var c = 0; c < names.Length; c++) matrix.Add(c, names.Length - 1 - c, c + 1);
        using var scratch = new Scratch();
        var path = scratch.At("confusion_matrix.csv");
        ConfusionMatrixCsv.Save(matrix, path);

        var back = ConfusionMatrixCsv.Load(path);
        Assert.Equal(names, back.Names);
        for (var c = 0; c < names.Length; c++) Assert.Equal(matrix.Row(c).ToArray(), back.Row(c).ToArray());
        Assert.Contains("\"a, b\",\"the \"\"best\"\"\",", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.NotEqual(0xEF, File.ReadAllBytes(path)[0]);                                    // no byte order mark
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));                             // nothing left beside it
    }

    [Fact]
    public void Name_that_a_spreadsheet_would_compute_is_defused_and_comes_back()
    {
        string[] names = ["=1+1", "+49", "-owl", "@SUM(A1)", "\tx", "'=x", "''-y", "'quoted'", "plain-owl", "a=b"];
        var table = ConfusionMatrixCsv.Format(new ConfusionMatrix(names));
        Assert.StartsWith("true\\predicted,'=1+1,'+49,'-owl,'@SUM(A1),'\tx,''=x,'''-y,'quoted',plain-owl,a=b\n", table, StringComparison.Ordinal);
        Assert.Equal(names, ConfusionMatrixCsv.Parse(table).Names);
    }

    [Fact]
    public void Byte_order_mark_is_written_where_asked_for_and_read()
    {
        using var scratch = new Scratch();
        ConfusionMatrixCsv.Save(TestMatrix.Example(), scratch.At("m.csv"), byteOrderMark: true);
        Assert.Equal([0xEF, 0xBB, 0xBF, (byte)'t'], File.ReadAllBytes(scratch.At("m.csv"))[..4]);
        Assert.Equal(["cat", "dog", "owl"], ConfusionMatrixCsv.Load(scratch.At("m.csv")).Names);
    }

    [Fact]
    public void Table_from_a_spreadsheet_with_mark_and_CRLF_is_read()
    {
        using var scratch = new Scratch();
        var path = scratch.At("m.csv");
        File.WriteAllText(path, ";whatever,cat,dog\r\ncat,1,2\r\ndog,3,4", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal([3, 4], ConfusionMatrixCsv.Load(path).Row(1).ToArray());
    }

    [Theory]
    [InlineData("", "line 1 names no class")]
    [InlineData("x,cat,dog\ncat,1,2\n", "line 1 names 2 classes, but 1 row follows")]
    [InlineData("x,cat,dog\ncat,1,2\nowl,3,4\n", "row 2 is called 'owl', expected 'dog' as in line 1")]
    [InlineData("x,cat,dog\ncat,1\ndog,3,4\n", "row 1 ('cat') holds 1 counts, expected 2")]
    [InlineData("x,cat,dog\ncat,1,-2\ndog,3,4\n", "row 1 ('cat') holds '-2' in column 2, expected a count")]
    [InlineData("x,\"cat,dog\n", "a quoted field is not closed")]
    public void Text_that_is_no_matrix_is_refused_with_the_place(string text, string reason)
    {
        var error = Assert.Throws<EvaluationFileException>(() => ConfusionMatrixCsv.Parse(text, "m.csv"));
        Assert.Equal($"m.csv is no confusion matrix: {reason}.\nExpected class names in the first row and first column, and whole numbers.", error.Message);
        Assert.Equal("m.csv", error.Path);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using var scratch = new Scratch();
        var path = scratch.At("none.csv");
        Assert.StartsWith($"Cannot read {path}: ", Assert.Throws<EvaluationFileException>(() => ConfusionMatrixCsv.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_reported_and_nothing_is_left()
    {
        using var scratch = new Scratch();
        var path = Path.Combine(scratch.Folder, "none", "m.csv");
        var error = Assert.Throws<EvaluationFileException>(() => ConfusionMatrixCsv.Save(TestMatrix.Example(), path));
        Assert.Equal($"Cannot write {path}: there is no such folder\nMake the folder, or name another place.", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Fact]
    public void A_target_that_cannot_be_replaced_keeps_its_content_and_leaves_nothing_beside_it()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.At("m.csv"));        // a folder of that name
        File.WriteAllText(scratch.At("m.csv", "inside"), "kept");
        Assert.Throws<EvaluationFileException>(() => ConfusionMatrixCsv.Save(TestMatrix.Example(), scratch.At("m.csv")));
        Assert.Equal("kept", File.ReadAllText(scratch.At("m.csv", "inside")));
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }
}
