using System.Globalization;
using JustAlexNet.Models;
using static TorchSharp.torch;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The tables of shapes and parameters say what the networks are.</summary>
[Collection(Pages.Name)]
public sealed class NetworkTableTests
{
    public static TheoryData<string, string> Tables => new()
    {
        { "AlexNet", "alexnet" }, { "ResNet18", "resnet18" }, { "DenseNet201", "densenet201" },
    };

    [Theory, MemberData(nameof(Tables))]
    public void Stages_have_the_shapes_and_parameters_of_the_page(string heading, string name)
    {
        var variant = ModelCatalogue.Find(name)!;
        using var network = variant.Create(classes: 1000);
        using var picture = zeros(1, 3, 224, 224);
        var shapes = network.Trace(picture).Append(KeyValuePair.Create<string, IReadOnlyList<long>>("input", picture.shape)).ToDictionary();
        foreach (var section in new[] { Page.Read("docs/networks.md").Section(heading), Page.Read("docs/zh/networks.md").Section(heading) })
        {
            var rows = section.Rows.Where(row => row[0].StartsWith('`')).ToList();
            Assert.NotEmpty(rows);
            Assert.Equal(rows.Select(row => $"{row[0]} {row[2]}"), rows.Select(row => $"{row[0]} {string.Join(" × ", shapes[row[0].Trim('`')].Skip(1))}"));
            Assert.Equal(rows.Select(row => $"{row[0]} {row[3]}"), rows.Select(row => $"{row[0]} {Parameters(network, row[0].Trim('`'))}"));
            Assert.Equal(variant.Parameters, rows.Sum(row => row[3].Length == 0 ? 0 : long.Parse(row[3], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
            Assert.Contains(variant.Parameters.ToString("N0", CultureInfo.InvariantCulture), section.Text, StringComparison.Ordinal);
            Assert.Contains(variant.Paper, section.Text, StringComparison.Ordinal);
        }
    }

    private static string Parameters(Network network, string stage)
    {
        var count = network.Parameters.Where(p => p.Key.StartsWith(stage + ".", StringComparison.Ordinal)).Sum(p => p.Value.numel());
        return count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);
    }
}
