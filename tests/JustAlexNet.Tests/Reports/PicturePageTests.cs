using JustAlexNet.TestSupport;

namespace JustAlexNet.Reports.Tests;

public sealed class PicturePageTests
{
    [Fact]
    public void Names_are_text_whatever_they_hold_and_nothing_is_loaded_from_anywhere()
    {
        const string name = "<script src=\"http://a.example/x.js\">&'\u001b[31m";
        var html = new PicturePage(name, [name], [new PageTable(name, [name], [[name]]), new PagePictures(name, [new(name, [new(name, [1, 2, 3]), new(name, Jpeg: null)])])]).Html();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u001b', html);
        Assert.Contains("&lt;script src=&quot;http://a.example/x.js&quot;&gt;&amp;&#39;\\033[31m", html, StringComparison.Ordinal);
        Assert.Contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"", html, StringComparison.Ordinal);
        Assert.Contains("<img alt=\"\" src=\"data:image/jpeg;base64,AQID\">", html, StringComparison.Ordinal);
        Assert.Single(html.Split("cannot be shown")[1..]);
    }

    [Fact]
    public void Picture_is_made_small_and_a_file_that_is_none_is_left_blank()
    {
        using var scratch = new Scratch();
        var photo = Directory.GetFiles(Repository.At("samples", "clothing-mini", "train", "dress"), "*.jpg")[0];
        using var small = Imaging.ImageDecoder.Decode(PagePicture.Small(photo)!, "thumbnail");
        Assert.Equal(160, Math.Max(small.Width, small.Height));
        File.WriteAllText(scratch.At("none.jpg"), "x");
        Assert.Null(PagePicture.Small(scratch.At("none.jpg")));
    }

    [Fact]
    public void Page_that_cannot_be_written_names_the_file_and_the_reason()
    {
        using var scratch = new Scratch();
        Assert.StartsWith($"Cannot write {scratch.Folder}: it is a folder\n", Assert.Throws<EvaluationFileException>(() => new PicturePage("", [], []).Save(scratch.Folder)).Message, StringComparison.Ordinal);
    }
}
