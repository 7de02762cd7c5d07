using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class TinyImageNetTests
{
    [Fact]
    public void Published_layout_is_read()
    {
        using var scratch = Published();
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(FolderLayout.TinyImageNet, folder.Layout);
        Assert.Equal(["n01", "n02"], folder.Classes);
        Assert.Equal(["train/n01/images/n01_0.JPEG", "train/n02/images/n02_0.JPEG", "train/n02/images/n02_1.JPEG"], folder.Training.Below(scratch.Folder));
        Assert.Equal(["val/images/val_1.JPEG", "val/images/val_0.JPEG", "val/images/val_2.JPEG"], folder.Validation.Below(scratch.Folder));
        Assert.Equal([0, 1, 1], folder.Validation.Select(sample => sample.Label));
        Assert.Equal(new ValidationFolder("val"), folder.ValidationOrigin);
        Assert.Null(folder.Test);            // published without labels
        Assert.Empty(folder.UnknownFiles);   // the boxes are expected
        Assert.Equal(new Dictionary<string, string> { ["n01"] = "goldfish, Carassius auratus", ["n02"] = "bullfrog" }, folder.DisplayNames);
    }

    [Fact]
    public void Annotations_that_do_not_fit_are_all_named()
    {
        using var scratch = Published();
        File.AppendAllText(scratch.At("val", "val_annotations.txt"), "broken\nval_9.JPEG\tn01\t0\t0\t1\t1\nval_0.JPEG\tn01\t0\t0\t1\t1\n");
        scratch.With("val/images/val_5.JPEG");
        var path = scratch.At("val", "val_annotations.txt");
        Assert.Equal(
            $"""
            {path} does not fit the pictures beside it
              line 4 is 'broken', expected a file name, a tab and a wnid
              line 5 names val_9.JPEG, which is not in val/images, or is named twice
              line 6 names val_0.JPEG, which is not in val/images, or is named twice
              1 picture of val/images is not in it, first val_5.JPEG
              Unpack tiny-imagenet-200.zip again, or sort the validation pictures into val/class/picture and remove the file.
            """,
            Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder)).Message);
    }

    [Fact]
    public void Class_that_only_the_annotations_know_is_refused()
    {
        using var scratch = Published();
        scratch.With("val/images/val_3.JPEG");
        File.AppendAllText(scratch.At("val", "val_annotations.txt"), "val_3.JPEG\tn99\t0\t0\t1\t1\n");
        Assert.Contains("\n  only in val (1): n99\n", Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_part_sorted_into_classes_is_an_ordinary_split()
    {
        using var scratch = new Scratch();
        scratch.With("train/n01/images/1.JPEG", "train/n02/images/1.JPEG", "val/n01/images/2.JPEG", "val/n02/images/2.JPEG", "test/images/t.JPEG");
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
        Assert.Contains("test differ", fault.Message, StringComparison.Ordinal);
        Directory.Delete(scratch.At("test"), recursive: true);
        Assert.Equal(FolderLayout.Split, ImageFolder.Open(scratch.Folder).Layout);
    }

    private static Scratch Published()
    {
        var scratch = new Scratch();
        scratch.With("train/n01/images/n01_0.JPEG", "train/n01/n01_boxes.txt", "train/n02/images/n02_0.JPEG", "train/n02/images/n02_1.JPEG", "train/n02/n02_boxes.txt",
            "val/images/val_0.JPEG", "val/images/val_1.JPEG", "val/images/val_2.JPEG", "test/images/test_0.JPEG", "wnids.txt");
        File.WriteAllText(scratch.At("val", "val_annotations.txt"), "val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\nval_2.JPEG\tn02\t4\t0\t60\t55\n");
        File.WriteAllText(scratch.At("words.txt"), "n00\tentity\nn01\tgoldfish, Carassius auratus\nn02\tbullfrog\n");
        return scratch;
    }
}
