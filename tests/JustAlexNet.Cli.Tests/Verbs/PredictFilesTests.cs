using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>The files of <c>predict</c>, and its threshold.</summary>
public sealed class PredictFilesTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private static readonly string Photo = Repository.At("samples", "test.png");

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Output_file_holds_what_standard_output_would()
    {
        var plain = Predict(Photo, model.Folder);
        var written = Predict(Photo, model.Folder, "--output", scratch.At("answers.txt"));
        Assert.Equal((0, "", ""), (written.Code, written.Out, written.Err));
        Assert.Equal(plain.Lines, File.ReadAllLines(scratch.At("answers.txt")));
    }

    [Fact]
    public void Table_has_a_line_for_each_class_with_errors_in_their_place()
    {
        var none = Path.Combine(scratch.Folder, "none.jpg");
        var answer = Predict(Photo, none, "--topk", "2", "--csv", scratch.At("a.csv"), "--json");
        Assert.Equal(ExitCode.Failed, answer.Code);
        var lines = File.ReadAllLines(scratch.At("a.csv"));
        Assert.Equal("image,answer,rank,index,class,probability,threshold,error", lines[0]);
        Assert.Equal(4, lines.Length);
        foreach (var (i, told) in JsonDocument.Parse(answer.Lines[0]).RootElement.GetProperty("predictions").EnumerateArray().Index())
        {
            var cells = lines[1 + i].Split(',');
            Assert.Equal([Photo, lines[1].Split(',')[4], $"{i + 1}", told.GetProperty("index").GetRawText(), told.GetProperty("class").GetString()], cells[..5]);
            Assert.Equal(told.GetProperty("probability").GetDouble(), double.Parse(cells[5], CultureInfo.InvariantCulture));
            Assert.Equal(["", ""], cells[6..]);
        }
        Assert.Equal($"{none},,,,,,,cannot read {none}: there is no such file", lines[3]);
    }

    [Fact]
    public void Threshold_none_is_the_default() => Assert.Equal(Predict(Photo, model.Folder), Predict(Photo, model.Folder, "--threshold", "none"));

    [Fact]
    public void What_is_read_is_not_replaced()
    {
        var photo = scratch.At("mine.png");
        File.Copy(Photo, photo);
        var best = Path.Combine(model.Output, "best_model.pth");
        var before = (File.ReadAllBytes(photo), File.ReadAllBytes(best));
        Predict(photo, photo, "--output", photo).IsBareRefusal(ExitCode.Failed, $"error: {photo} is read, and would be replaced by what is written: name another file");
        Predict(photo, photo, "--csv", best).IsBareRefusal(ExitCode.Failed, $"error: {best} is read, and would be replaced by what is written: name another file");
        Assert.Equal(before.Item1, File.ReadAllBytes(photo));
        Assert.Equal(before.Item2, File.ReadAllBytes(best));
        File.WriteAllText(scratch.At("k.csv"), "mine");
        Predict(photo, photo, "--embeddings", scratch.At("k.npy")).IsBareRefusal(ExitCode.Usage,
            $"error: --embeddings {scratch.At("k.npy")} writes {scratch.At("k.csv")} too, which is there and is not of earlier embeddings: rename it, or name another file", "  See: justalexnet predict --help");
        Assert.Equal("mine", File.ReadAllText(scratch.At("k.csv")));
    }

    [Fact]
    public void Below_the_threshold_the_answer_is_unknown_and_the_threshold_is_recorded()
    {
        var sure = Json(Predict(Photo, "--threshold", "0", "--json"));
        Assert.Equal(sure.GetProperty("predictions")[0].GetProperty("class").GetString(), sure.GetProperty("answer").GetString());

        var unsure = Json(Predict(Photo, "--threshold", "1", "--json", "--csv", scratch.At("a.csv")));
        Assert.Equal(("unknown", 1), (unsure.GetProperty("answer").GetString(), unsure.GetProperty("threshold").GetDouble()));
        var cells = File.ReadAllLines(scratch.At("a.csv"))[1].Split(',');
        Assert.Equal(("unknown", "1"), (cells[1], cells[6]));
        Assert.Equal(sure.GetProperty("predictions")[0].GetProperty("class").GetString(), cells[4]);
        Assert.Matches(@"   unknown +0\.\d{4}   (cats|dogs|owls)\?$", Predict(Photo, "--threshold", "1").Lines.Single());

        static JsonElement Json(Answer answer) => JsonDocument.Parse(answer.Lines.Single()).RootElement;
    }

    [Fact]
    public void Embeddings_are_an_array_of_NumPy_beside_the_paths()
    {
        var none = Path.Combine(scratch.Folder, "none.jpg");
        Assert.Equal(ExitCode.Failed, Predict(Photo, none, model.Folder, "--embeddings", scratch.At("f.npy"), "--output", scratch.At("o.txt")).Code);
        var bytes = File.ReadAllBytes(scratch.At("f.npy"));
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var head = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, head % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (16, 512), }", Encoding.ASCII.GetString(bytes[10..head]).TrimEnd());
        Assert.Equal(head + 16 * 512 * 4, bytes.Length);
        var rows = File.ReadAllLines(scratch.At("f.csv"));
        Assert.Equal(["row,image", $"0,{Photo}"], rows[..2]);
        Assert.Equal(17, rows.Length);
        Assert.DoesNotContain(rows, row => row.Contains(none, StringComparison.Ordinal));
        Assert.False(bytes.AsSpan(head, 2048).SequenceEqual(bytes.AsSpan(head + 2048, 2048)));
    }

    [Fact]
    public void Embeddings_of_an_onnx_file_without_such_an_output_are_refused()
    {
        var plain = Repository.At("tests", "Shared", "channel-means.onnx");
        var answer = Here.Run("predict", Photo, "--checkpoint", plain, "--preprocessing", "squash", "--image-size", "16", "--embeddings", scratch.At("f.npy"));
        answer.IsBareRefusal(ExitCode.Failed, $"error: {plain} gives logits only, and what its last layer sees is asked for.", "  Export it with a second output of float32 (N, D) called 'features', or take a checkpoint (.pth).");
        Assert.False(File.Exists(scratch.At("f.npy")));
    }

    [Theory]
    [InlineData("--threshold is 1.5, expected 0 to 1", "--threshold", "1.5")]
    [InlineData("--embeddings is f.bin, expected a file that ends in .npy: the pictures' paths go beside it, into one that ends in .csv", "--embeddings", "f.bin")]
    [InlineData("f.csv would be written twice: the files of --output, --csv and --embeddings (and the .csv beside it) have to differ", "--embeddings", "f.npy", "--csv", "f.csv")]
    public void Options_that_cannot_be_meant(string fault, params string[] options) => Predict([Photo, .. options]).IsBareRefusal(ExitCode.Usage, $"error: {fault}", "  See: justalexnet predict --help");

    [Fact]
    public void Older_file_stays_where_the_new_one_cannot_be_completed()
    {
        File.WriteAllText(scratch.At("a.csv"), "old");
        File.WriteAllText(scratch.At("file"), "");
        var answer = Predict(Photo, "--csv", scratch.At("a.csv"), "--output", Path.Combine(scratch.Folder, "file", "below.txt"));
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.EndsWith("  Name another file with --output.\n", answer.Err, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(scratch.At("a.csv")));
        Assert.Equal(["a.csv", "file"], Directory.GetFiles(scratch.Folder).Select(Path.GetFileName).Order());
    }

    private Answer Predict(params string[] arguments) => Here.Run(["predict", .. arguments, "--checkpoint", model.Best]);
}
