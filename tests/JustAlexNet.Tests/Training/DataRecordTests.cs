using JustAlexNet.Inference;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Weights;

namespace JustAlexNet.Training.Tests;

public sealed class DataRecordTests : RunTestBase
{
    [Fact]
    public void Pictures_are_known_again_by_class_name_and_size()
    {
        var folder = ImageFolder.Open(Photos());
        var record = DataRecord.Read(DataRecord.Of(folder).ToPickle(), "somewhere.pth");

        Assert.Equal((12, 6, false), (record.TrainingCount, record.ValidationCount, record.ValidationWasSplitOff));
        Assert.Equal(folder.Fingerprint(), record.Fingerprint);
        Assert.Equal(folder.Training, record.TrainingAmong([.. folder.Training, .. folder.Validation], folder.Classes));
        Assert.Equal(folder.Validation, record.ValidationAmong([.. folder.Training, .. folder.Validation], folder.Classes));

        File.AppendAllText(folder.Validation[0].Path, "longer");
        Assert.Equal(folder.Validation.Skip(1), record.ValidationAmong(folder.Validation, folder.Classes));
    }

    [Fact]
    public void Copies_of_linked_pictures_are_known_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        var copies = ImageFolder.Open(Photos());
        foreach (var sample in copies.Training.Concat(copies.Validation))
        {
            var link = Scratch.At(["links", .. Path.GetRelativePath(copies.Folder, sample.Path).Split('/')]);
            File.CreateSymbolicLink(link, sample.Path);
        }
        var record = DataRecord.Of(ImageFolder.Open(Scratch.At("links")));
        Assert.Equal(copies.Training, record.TrainingAmong(copies.Training, copies.Classes));
        Assert.Equal(copies.Validation, record.ValidationAmong(copies.Validation, copies.Classes));
    }

    [Theory]
    [InlineData("not Base64!")]
    [InlineData("AAAA")]
    public void A_list_that_was_tampered_with_is_refused(string ids)
    {
        var pickle = DataRecord.Of(ImageFolder.Open(Photos())).ToPickle();
        pickle["val_ids"] = ids;
        var error = Assert.Throws<WeightsException>(() => DataRecord.Read(pickle, "somewhere.pth"));
        Assert.StartsWith("'val_ids' of somewhere.pth is not a list of pictures", error.Message);
    }
}
