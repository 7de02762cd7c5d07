using System.Collections;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class PredictionLinesTests
{
    [Theory, InlineData(1), InlineData(2)]
    public void Widths_are_worked_out_once_however_many_pictures_there_are(int topK)
    {
        var images = new Counted([.. Enumerable.Range(0, 1000).Select(i => $"photo{i}.jpg")]);
        var classes = new Counted(["cat", "hippopotamus"]);
        var output = new StringWriter { NewLine = "\n" };
        var lines = new PredictionLines(images, classes, topK, threshold: null, output);
        foreach (var image in images.Names) lines.Write(new(image, [.. Enumerable.Range(0, topK).Select(i => new ClassProbability(i, classes.Names[i], 0.5))]));
        Assert.InRange(images.Walks, 0, 1);
        Assert.Equal(1, classes.Walks);
        var written = output.ToString().Split('\n');
        if (topK == 1) Assert.Equal(("photo0.jpg     cat            0.5000", "photo999.jpg   cat            0.5000"), (written[0], written[999]));
        else Assert.Equal(["photo0.jpg", "   1   cat            0.5000", "   2   hippopotamus   0.5000"], written[..3]);
    }

    private sealed class Counted(string[] names) : IReadOnlyList<string>
    {
        public string[] Names => names;

        public int Walks { get; private set; }

        public int Count => names.Length;

        public string this[int index] => names[index];

        public IEnumerator<string> GetEnumerator()
        {
            Walks++;
            return ((IEnumerable<string>)names).GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
