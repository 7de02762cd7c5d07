using System.Text.RegularExpressions;
using JustAlexNet.Architecture.Tests.Reading;

namespace JustAlexNet.Architecture.Tests.Files;

public sealed partial class SourceFileTests
{
    private const int MaxLines = 500;

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        var lengths = Sources().Select(file => (File: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count())).ToList();
        Assert.True(lengths.Count > 100, $"only {lengths.Count} source files were found");
        Faults.None(lengths.Where(f => f.Lines > MaxLines).Select(f => $"{f.File}: {f.Lines} lines"), $"Source files have {MaxLines} lines or fewer");
    }

    [Fact]
    public void Tests_that_count_native_tensors_run_in_the_collection_of_their_own()
    {
        Faults.None(Sources().Where(file => CountsInCompany(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Repository.Root, file)), "Tests that count native tensors have [Collection(NativeTensors.Name)]");
        Assert.Contains(Sources(), file => CountsTensors().IsMatch(File.ReadAllText(file)));
    }

    [Theory]
    [InlineData("[Fact, NoTensorLeft]\npublic void Test() { }", true)]
    [InlineData("[NoTensorLeft]\npublic sealed class Tests", true)]
    [InlineData("[Collection(\"Others\"), NoTensorLeft]\npublic sealed class Tests", true)]
    [InlineData("[Collection(NativeTensors.Name), NoTensorLeft]\npublic sealed class Tests", false)]
    [InlineData("[Collection(NativeTensors.Name)]\npublic sealed class Tests\n{\n    [Fact, NoTensorLeft]", false)]
    [InlineData("public sealed class Tests", false)]
    public void A_test_that_counts_native_tensors_in_company_is_reported(string source, bool reported) => Assert.Equal(reported, CountsInCompany(source));

    private static bool CountsInCompany(string source) => CountsTensors().IsMatch(source) && !source.Contains("[Collection(NativeTensors.Name)", StringComparison.Ordinal);

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "build", "bench", "campaigns" }.SelectMany(root => Directory.GetFiles(Repository.At(root), "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"^\s*\[(?:[^\]\n]*, )?NoTensorLeft\b", RegexOptions.Multiline)]
    private static partial Regex CountsTensors();
}
