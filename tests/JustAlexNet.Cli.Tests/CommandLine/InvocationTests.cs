using System.Diagnostics;
using JustAlexNet.Cli.Documentation.Tests;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class InvocationTests : IDisposable
{
    private readonly Scratch scratch = new();

    public InvocationTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Paths and shells are those of Unix.");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("/clone/out/bin/justalexnet", "/clone", "out/bin/justalexnet")]
    [InlineData("/clone/out/bin/justalexnet", "/clone/out/bin", "./justalexnet")]
    [InlineData("/clone/out/bin/justalexnet", "/clone/photos", "/clone/out/bin/justalexnet")]
    [InlineData("/clone/out/bin/justalexnet", null, "/clone/out/bin/justalexnet")]
    [InlineData("/my clone/justalexnet", "/", "'my clone/justalexnet'")]
    [InlineData(null, "/", "justalexnet")]
    public void Program_off_the_search_path_is_named_by_its_file(string? program, string? folder, string words) =>
        Assert.Equal(words, new Invocation(program, "/clone/JustAlexNet.Cli.dll", folder, "/usr/bin").Words);

    [Fact]
    public void Program_on_the_search_path_is_named_as_everywhere_links_or_not()
    {
        var program = Make("program", "justalexnet");
        Directory.CreateSymbolicLink(scratch.At("linked"), Path.Combine(scratch.Folder, "program"));
        File.CreateSymbolicLink(scratch.At("bin", "justalexnet"), "../linked/justalexnet");
        foreach (var place in new[] { "program", "linked", "bin" })
            Assert.Equal("justalexnet", new Invocation(program, "", "/", $"/nowhere:{scratch.Folder}/{place}").Words);
    }

    [Fact]
    public void Another_program_of_the_name_that_a_shell_finds_first_is_not_taken_for_this_one()
    {
        var (mine, other) = (Make("mine", "justalexnet"), Make("other", "justalexnet"));
        Assert.Equal(mine, new Invocation(mine, "", "/nowhere", $"{Path.GetDirectoryName(other)}:{Path.GetDirectoryName(mine)}").Words);
    }

    [Fact]
    public void Library_started_by_dotnet_is_named_with_it()
    {
        var dotnet = Make("sdk", "dotnet");
        Assert.Equal("dotnet app/JustAlexNet.Cli.dll", new Invocation(dotnet, "/x/app/JustAlexNet.Cli.dll", "/x", Path.GetDirectoryName(dotnet)).Words);
        Assert.Equal($"{dotnet} '/x/my app/JustAlexNet.Cli.dll'", new Invocation(dotnet, "/x/my app/JustAlexNet.Cli.dll", "/y", "/usr/bin").Words);
    }

    [Theory]
    [InlineData("clone", "", "out/bin/JustAlexNet.Cli/{0}/justalexnet")]
    [InlineData("photos", "", "{1}/justalexnet")]
    [InlineData("build", "", "./justalexnet")]
    [InlineData("photos", "justalexnet", "justalexnet")]
    [InlineData("photos", "dotnet", "dotnet {1}/JustAlexNet.Cli.dll")]
    public void Printed_command_runs_as_printed_however_the_program_was_started(string place, string by, string words)
    {
        var build = Path.GetDirectoryName(PageScratch.Command)!;
        var folder = place switch { "clone" => Repository.Root, "build" => build, _ => scratch.Folder };
        var start = by switch { "dotnet" => $"dotnet {build}/JustAlexNet.Cli.dll", "justalexnet" => by, _ => PageScratch.Command };
        var path = by == "justalexnet" ? build : "";

        var refused = Shell(folder, path, $"{start} models test");
        Assert.Equal(ExitCode.Usage, refused.Code);
        var expected = string.Format(null, words, Path.GetFileName(build), build);
        Assert.EndsWith($"  See: {expected} models test --help\n", refused.Err, StringComparison.Ordinal);

        var printed = refused.Err[(refused.Err.IndexOf("See: ", StringComparison.Ordinal) + 5)..];
        var help = Shell(folder, path, printed);
        Assert.Equal((ExitCode.Done, ""), (help.Code, help.Err));
        Assert.Contains($"\n  {expected} models test resnet18\n", help.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Train a network first (justalexnet train PHOTOS).", "Train a network first (X train PHOTOS).")]
    [InlineData("See: justalexnet --help", "See: X --help")]
    [InlineData("a checkpoint of justalexnet, or", "a checkpoint of justalexnet, or")]
    [InlineData("/home/me/justalexnet train/x.jpg", "/home/me/justalexnet train/x.jpg")]
    public void Name_in_a_message_becomes_what_starts_the_command_where_a_verb_follows(string message, string shown) =>
        Assert.Equal(shown, Invocation.In(message, "X"));

    private string Make(params string[] parts)
    {
        var file = scratch.At(parts);
        File.WriteAllText(file, "");
        return file;
    }

    private static Answer Shell(string folder, string morePath, string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (morePath.Length > 0) start.Environment["PATH"] = $"{morePath}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }
}
