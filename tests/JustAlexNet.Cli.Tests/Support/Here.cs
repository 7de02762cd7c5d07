using System.Text;
using JustAlexNet.Cli.Output;
using JustAlexNet.Runtime;

// One libtorch, one random stream, one working folder: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace JustAlexNet.Cli.Tests;

/// <summary>What a command left: its exit code and what it wrote.</summary>
internal sealed record Answer(int Code, string Out, string Err)
{
    /// <summary>A refusal: this code, nothing but these lines on standard error.</summary>
    public void IsRefusal(int code, params string[] lines)
    {
        Assert.Equal(string.Join('\n', lines) + "\n", Err);
        Assert.Equal(code, Code);
        Assert.InRange(lines.Length, 1, 12);
        Assert.DoesNotContain("   at ", Out + Err, StringComparison.Ordinal);
    }

    /// <summary>The same, of a command that wrote nothing on standard output either.</summary>
    public void IsBareRefusal(int code, params string[] lines)
    {
        Assert.Equal("", Out);
        IsRefusal(code, lines);
    }

    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The command, run in this process.</summary>
internal static class Here
{
    public static Answer Run(params string[] arguments)
    {
        TorchRuntime.Threads = 1;       // as Child
        var (output, error) = (new StringWriter(), new StringWriter());
        using var terminal = new Terminal(output, error);
        var code = Entry.Run(arguments, terminal);
        return new(code, Plain(output), Plain(error));
    }

    /// <summary>Trains a small resnet18, with these options in addition.</summary>
    public static Answer Train(string data, string output, params string[] more) => Run([.. TrainLine(data, output), .. more]);

    /// <summary>The same as arguments: 64 pixels and batches of 4, unless the additional options say otherwise.</summary>
    public static string[] TrainLine(string data, string output) => ["train", data, "--model", "resnet18", "--image-size", "64", "--batch-size", "4", "--output", output];

    private static string Plain(StringWriter text) => new StringBuilder(text.ToString()).Replace("\r\n", "\n").ToString();
}
