using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>The tables of tests/golden/augmentation/policies.json, which are torchvision 0.14's.</summary>
public sealed class PolicyTests
{
    private const int Draws = 20_000;
    private static readonly JsonElement Golden = Read();

    [Theory]
    [InlineData(64)]
    [InlineData(224)]
    public void RandAugment_has_torchvisions_operations_and_magnitudes(int side) => SameSpace(Golden.GetProperty("randaugment").GetProperty($"{side}"), MagnitudeSpace.Usual(31), side, PolicyOperation.Invert);

    [Fact]
    public void TrivialAugment_has_torchvisions_operations_and_magnitudes() => SameSpace(Golden.GetProperty("trivialaugment"), MagnitudeSpace.Wide, 224, PolicyOperation.Invert);

    [Fact]
    public void AutoAugment_has_torchvisions_magnitudes() =>
        Assert.All(Golden.GetProperty("autoaugment").EnumerateObject(), row => SameRow(row, MagnitudeSpace.Usual(10), 224));

    [Fact]
    public void AutoAugment_has_torchvisions_policies()
    {
        var expected = Golden.GetProperty("autoaugment_policies").EnumerateArray().Select(pair => $"{Part(pair[0])}, {Part(pair[1])}");
        Assert.Equal(expected, AutoAugment.Policies.Select(pair => $"{Ours(pair.First)}, {Ours(pair.Second)}"));

        static string Part(JsonElement part) => $"{part[0]} {part[1].GetDouble()} {(part[2].ValueKind == JsonValueKind.Null ? 0 : part[2].GetInt32())}";
        static string Ours(AutoAugment.Part part) => $"{part.Operation} {part.Probability} {part.Bin}";
    }

    [Fact]
    public void Pictures_move_by_torchvisions_number_of_pixels() =>
        Assert.All(Golden.GetProperty("translate_pixels").EnumerateObject(), row =>
        {
            var side = int.Parse(row.Name);
            Assert.Equal(row.Value.EnumerateArray().Select(v => v.GetInt32()), Enumerable.Range(0, 31).Select(bin => (int)MagnitudeSpace.Usual(31).Of(PolicyOperation.TranslateX, bin, side, 1)));
        });

    [Fact]
    public void RandAugment_draws_each_of_fourteen_operations_and_each_sign_equally_often()
    {
        var steps = Drawn((picture, random) => new RandAugment().Draw(picture, random));
        Assert.Equal(14, steps.Select(step => step.Operation).Distinct().Count());
        foreach (var group in steps.GroupBy(step => step.Operation))
        {
            Assert.Equal(Draws / 14.0, group.Count(), 4 * Math.Sqrt(Draws / 14.0));
            var sizes = group.Select(step => Math.Abs(step.Magnitude)).Distinct();
            Assert.Single(sizes);
            if (MagnitudeSpace.IsSigned(group.Key)) Assert.Equal(group.Count() / 2.0, group.Count(step => step.Magnitude < 0), 4 * Math.Sqrt(group.Count() / 4.0));
            else Assert.All(group, step => Assert.True(step.Magnitude >= 0));
        }
    }

    [Fact]
    public void TrivialAugment_draws_every_bin_equally_often()
    {
        var turned = Drawn(TrivialAugment.Draw).Where(step => step.Operation == PolicyOperation.Rotate).ToList();
        var bins = turned.CountBy(step => (int)Math.Round(Math.Abs(step.Magnitude) / 4.5)).ToDictionary();
        Assert.Equal(Enumerable.Range(0, 31), bins.Keys.Order());
        var chi = bins.Values.Sum(count => Math.Pow(count - turned.Count / 31.0, 2) / (turned.Count / 31.0));
        Assert.InRange(chi, 0, 30 + 4 * Math.Sqrt(60));
    }

    [Fact]
    public void AutoAugment_does_each_operation_as_often_as_its_policies_say()
    {
        var steps = Drawn((picture, random) => AutoAugment.Draw(picture, random).Second).CountBy(step => step.Operation).ToDictionary();
        foreach (var operation in Enum.GetValues<PolicyOperation>())
        {
            var share = operation == PolicyOperation.Identity ? AutoAugment.Policies.Average(pair => 1 - pair.Second.Probability)
                : AutoAugment.Policies.Sum(pair => pair.Second.Operation == operation ? pair.Second.Probability : 0) / AutoAugment.Policies.Count;
            Assert.Equal(Draws * share, steps.GetValueOrDefault(operation), 4 * Math.Sqrt(Draws * share));
        }
    }

    [Fact]
    public void Every_operation_of_a_policy_leaves_the_size_and_all_but_identity_change_pixels()
    {
        foreach (var operation in Enum.GetValues<PolicyOperation>())
        {
            var pixels = new byte[40 * 30 * 3];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(40 + i * 7 % 91);
            var before = pixels.ToArray();
            new PolicyStep(operation, MagnitudeSpace.Usual(31).Of(operation, 20, 40, 30)).Apply(new(pixels, 40, 30, ChannelValues.ImageNetMean), bilinear: false);
            Assert.Equal(operation != PolicyOperation.Identity, !before.AsSpan().SequenceEqual(pixels));
        }
    }

    private static void SameSpace(JsonElement expected, MagnitudeSpace space, int side, PolicyOperation end)
    {
        Assert.Equal(Enumerable.Range(0, (int)end).Select(i => $"{(PolicyOperation)i}"), expected.EnumerateObject().Select(row => row.Name));
        Assert.All(expected.EnumerateObject(), row => SameRow(row, space, side));
    }

    private static void SameRow(JsonProperty row, MagnitudeSpace space, int side)
    {
        var operation = Enum.Parse<PolicyOperation>(row.Name);
        Assert.Equal(row.Value.GetProperty("signed").GetBoolean(), MagnitudeSpace.IsSigned(operation));
        var magnitudes = row.Value.GetProperty("magnitudes").EnumerateArray().Select(v => v.GetDouble()).ToList();
        if (magnitudes.Count == 0) Assert.Equal(0, space.Of(operation, 5, side, side));
        else Assert.Equal(space.Bins, magnitudes.Count);
        for (var bin = 0; bin < magnitudes.Count; bin++) Assert.Equal(magnitudes[bin], space.Of(operation, bin, side, side), 2e-7 * magnitudes.Max());      // torch.linspace itself differs by a bit from processor to processor
    }

    private delegate PolicyStep Drawing(PictureSpan picture, SampleRandom random);

    private static List<PolicyStep> Drawn(Drawing draw) => [.. Enumerable.Range(0, Draws).Select(index => draw(new([], 224, 224, ChannelValues.ImageNetMean), new SampleRandom(0, 0, index)))];

    private static JsonElement Read()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("augmentation", "policies.json")));
        return json.RootElement.Clone();
    }
}
