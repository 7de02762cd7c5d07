using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Engines.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class EvaluatedNetworkTests : IDisposable
{
    private readonly Network network = ModelCatalogue.Find("resnet18")!.Create(5);
    private readonly FoldedVerdicts verdicts = new();
    private int folded;

    public void Dispose() => network.Dispose();

    [Fact]
    public void The_first_batch_is_plain_the_second_is_compared_and_later_ones_are_folded_only()
    {
        using var evaluated = Evaluated();
        var plain = Plain(3);
        Assert.Equal(plain, Run(evaluated, 3));
        Assert.Equal(0, folded);
        var second = Run(evaluated, 3);
        Assert.Equal(1, folded);
        Same.Within(1e-5, plain, second, "logits");
        Assert.NotEqual(plain, second);
        Assert.Equal(second, Run(evaluated, 3));
        Assert.Null(evaluated.Note);
    }

    [Fact]
    public void A_spoilt_folded_form_is_not_used_then_or_later_and_a_note_says_so()
    {
        using (var evaluated = Evaluated(spoilt: true))
        {
            for (var i = 0; i < 3; i++) Assert.Equal(Plain(3), Run(evaluated, 3));
            Assert.Equal(1, folded);
            Assert.StartsWith("resnet18 is computed layer by layer, more slowly: folded, its logits for 3 pictures of 64 x 64 in fp32 differ here by 1.0e-2 of the largest (limit 1.0e-4)", evaluated.Note);
        }
        using var next = Evaluated();       // of the same process
        _ = Run(next, 3);
        Assert.Null(next.Note);
        Assert.Equal(Plain(3), Run(next, 3));
        Assert.NotNull(next.Note);
        Assert.Equal(1, folded);
    }

    [Fact]
    public void Folded_at_once_a_picture_gives_the_same_bits_whatever_came_before_it()
    {
        using var fresh = Evaluated(atOnce: true);
        using var used = Evaluated(atOnce: true);
        _ = Run(used, 2);
        Assert.Equal(Run(used, 3), Run(fresh, 3));
        Assert.Equal(3, folded);
    }

    [Fact]
    public void Another_number_of_pictures_is_compared_too()
    {
        using (var evaluated = Evaluated())
            foreach (var count in new[] { 3, 3, 2, 2 }) _ = Run(evaluated, count);
        using var spoilt = Evaluated(spoilt: true);
        _ = Run(spoilt, 3);
        Assert.NotEqual(Plain(3), Run(spoilt, 3));       // trusted by now, as this process found it right
        Assert.Equal(Plain(4), Run(spoilt, 4));
        Assert.NotNull(spoilt.Note);
    }

    [Fact]
    public void Weights_that_change_are_folded_anew()
    {
        using var evaluated = Evaluated();
        for (var i = 0; i < 2; i++) _ = Run(evaluated, 3);
        var before = Run(evaluated, 3);
        using (no_grad()) _ = network.State.First(entry => entry.Key == "layer1.0.bn1.weight").Value.mul_(3);
        var after = Run(evaluated, 3);
        Assert.NotEqual(before, after);
        Same.Within(1e-5, Plain(3), after, "logits");
    }

    [Fact]
    public void Pictures_of_another_size_begin_with_the_plain_form_again()
    {
        using var evaluated = Evaluated();
        for (var i = 0; i < 3; i++) _ = Run(evaluated, 2);
        Assert.Equal(Plain(2, 96), Run(evaluated, 2, 96));
        Assert.Equal(2, folded);
        Same.Within(1e-5, Plain(2, 96), Run(evaluated, 2, 96), "logits");
        Assert.Equal(3, folded);
    }

    [Fact]
    public void Answers_that_are_not_finite_say_nothing_about_the_machine()
    {
        using var evaluated = Evaluated();
        using (no_grad()) _ = network.State[0].Value.fill_(float.NaN);
        for (var i = 0; i < 3; i++) Assert.All(Run(evaluated, 2), value => Assert.Equal(double.NaN, value));
        Assert.Null(evaluated.Note);
    }

    [Fact]
    public void Features_are_those_of_the_plain_form()
    {
        using var scope = NewDisposeScope();
        using var evaluated = Evaluated();
        var pictures = Pictures(3, 64);
        var (_, first) = evaluated.Run(pictures, features: true);
        var (logits, second) = evaluated.Run(pictures, features: true);
        Same.Within(1e-5, Same.Doubles(first!), Same.Doubles(second!), "features");
        Same.Within(1e-5, Plain(3), Same.Doubles(logits), "logits");
    }

    [Fact]
    public void In_bfloat16_both_forms_agree_to_its_rounding()
    {
        using var scope = NewDisposeScope();
        using var evaluated = new EvaluatedNetwork(network, Precision.Bf16) { Verdicts = verdicts };
        var pictures = Pictures(3, 64).to(ScalarType.BFloat16);
        var first = Same.Doubles(evaluated.Run(pictures, features: false).Logits);
        var second = Same.Doubles(evaluated.Run(pictures, features: false).Logits);
        Same.Within(EvaluatedNetwork.LimitOf(Precision.Bf16), first, second, "logits");
        Assert.Equal(ProcessorFeatures.HasBfloat16, !first.SequenceEqual(second));      // without the instructions there is no folded form of it
        Assert.Null(evaluated.Note);
    }

    private EvaluatedNetwork Evaluated(bool spoilt = false, bool atOnce = false) => new(network, Precision.Fp32)
    {
        FoldsAtOnce = atOnce,
        Verdicts = verdicts,
        ComputeFolded = (computation, pictures) =>
        {
            folded++;
            var result = computation.Run(pictures);
            if (spoilt) _ = result.Logits.mul_(1.01);
            return result;
        },
    };

    private static Tensor Pictures(int count, int side) => Layout.ChannelsLast(Reference.Pictures(count, side, ScalarType.Float32));

    private static double[] Run(EvaluatedNetwork evaluated, int count, int side = 64)
    {
        using var scope = NewDisposeScope();
        return Same.Doubles(evaluated.Run(Pictures(count, side), features: false).Logits);
    }

    private double[] Plain(int count, int side = 64)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Same.Doubles(network.Forward(Pictures(count, side)));
    }
}
