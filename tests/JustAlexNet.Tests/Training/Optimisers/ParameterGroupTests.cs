using System.Text.Json;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ParameterGroupTests
{
    private static readonly JsonElement Golden = Reference.Json("training-parts.json").GetProperty("optimisers");

    [Theory]
    [InlineData("adamw_no_decay_on_bias")]
    [InlineData("sgd_no_decay_on_bias")]
    [InlineData("adam_rate_factors_0.1_and_1")]
    [InlineData("sgd_clipped_to_1.2")]
    [InlineData("adamw_clipped_to_1.2")]
    public void Six_steps_of_a_matrix_and_a_bias_follow_PyTorchs_path(string kind)
    {
        using var pair = new Pair(kind);
        var step = 0;
        foreach (var expected in Golden.GetProperty(kind).GetProperty("path").EnumerateArray()) Same.Within(1e-12, Reference.Numbers(expected), pair.Step(step++), $"{kind} step {step}");
        Assert.Equal(6, step);
    }

    [Theory]
    [InlineData("adamw_no_decay_on_bias")]
    [InlineData("sgd_no_decay_on_bias")]
    [InlineData("adam_rate_factors_0.1_and_1")]
    public void State_read_from_a_file_goes_on_with_the_same_bits(string kind)
    {
        using var scratch = new Scratch();
        using var whole = new Pair(kind);
        using var second = new Pair(kind);
        for (var i = 0; i < 3; i++) whole.Step(i);
        TorchFile.Write(scratch.At("state.pth"), whole.Optimiser.ToStateDictionary(0.05));
        second.TakeOver(whole);

        second.Optimiser.LoadStateDictionary((PickleDictionary)TorchFile.Read(scratch.At("state.pth"))!, "state.pth");

        for (var i = 3; i < 6; i++) Assert.Equal(whole.Step(i), second.Step(i));
        using var forgetful = new Pair(kind);
        forgetful.TakeOver(whole);
        Assert.NotEqual(whole.Step(6), forgetful.Step(6));
    }

    [Fact]
    public void One_group_of_all_parameters_as_version_1_wrote_it_is_read_whatever_the_groups()
    {
        using var scratch = new Scratch();
        using var old = new Pair("sgd_clipped_to_1.2");
        using var grouped = new Pair("sgd_no_decay_on_bias");
        old.Step(0);
        TorchFile.Write(scratch.At("state.pth"), old.Optimiser.ToStateDictionary(0.05));
        grouped.Optimiser.LoadStateDictionary((PickleDictionary)TorchFile.Read(scratch.At("state.pth"))!, "state.pth");
        TorchFile.Write(scratch.At("again.pth"), grouped.Optimiser.ToStateDictionary(0.05));
        var (before, after) = (Buffers(scratch.At("state.pth")), Buffers(scratch.At("again.pth")));
        Assert.Equal(before, after);

        static double[] Buffers(string path) => [.. ((PickleDictionary)((PickleDictionary)TorchFile.Read(path)!)["state"]!).SelectMany(entry =>
        {
            using var buffer = ((StoredTensor)((PickleDictionary)entry.Value!)["momentum_buffer"]!).ToTensor();
            return Same.Doubles(buffer);
        })];
    }

    [Fact]
    public void State_of_another_optimiser_is_refused_by_what_it_lacks()
    {
        Assert.Equal("The optimiser's state in a.pth does not fit: parameter 0 has 'momentum_buffer', which adamw does not keep.\nResume with the model and the optimiser that the checkpoint was made with.", Refusal("sgd_clipped_to_1.2", "adamw_clipped_to_1.2"));
        Assert.Equal("The optimiser's state in a.pth does not fit: parameter 0 has 'step', which sgd does not keep.\nResume with the model and the optimiser that the checkpoint was made with.", Refusal("adamw_clipped_to_1.2", "sgd_clipped_to_1.2"));

        static string Refusal(string from, string to)
        {
            using var scratch = new Scratch();
            using var writer = new Pair(from);
            using var reader = new Pair(to);
            writer.Step(0);
            TorchFile.Write(scratch.At("a.pth"), writer.Optimiser.ToStateDictionary(0.05));
            return Assert.Throws<WeightsException>(() => reader.Optimiser.LoadStateDictionary((PickleDictionary)TorchFile.Read(scratch.At("a.pth"))!, "a.pth")).Message;
        }
    }

    [Fact]
    public void Other_groups_are_refused()
    {
        using var scratch = new Scratch();
        using var grouped = new Pair("sgd_no_decay_on_bias");
        using var plain = new Pair("sgd_clipped_to_1.2");
        grouped.Step(0);
        TorchFile.Write(scratch.At("a.pth"), grouped.Optimiser.ToStateDictionary(0.05));
        var error = Assert.Throws<WeightsException>(() => plain.Optimiser.LoadStateDictionary((PickleDictionary)TorchFile.Read(scratch.At("a.pth"))!, "a.pth"));
        Assert.Contains("it has groups of 1 + 1 parameters, expected 2.", error.Message);
    }

    [Fact]
    public void Clipping_cuts_the_norm_and_leaves_a_smaller_one_alone()
    {
        using var small = new Pair("sgd_clipped_to_1.2");
        small.SetGradients(0);
        var norm = Norm(small);
        Assert.Equal(Golden.GetProperty("sgd_clipped_to_1.2").GetProperty("norms")[0].GetDouble(), norm, 1e-12);
        using (NewDisposeScope()) Gradients.Clip([small.Matrix.grad!, small.Bias.grad!], 0.5);
        Assert.Equal(0.5, Norm(small), 1e-5);
        var before = Norm(small);
        using (NewDisposeScope()) Gradients.Clip([small.Matrix.grad!, small.Bias.grad!], 10);
        Assert.Equal(before, Norm(small));
        small.Optimiser.ClearGradients();

        static double Norm(Pair pair)
        {
            using var scope = NewDisposeScope();
            return Math.Sqrt(Same.Doubles(pair.Matrix.grad!).Concat(Same.Doubles(pair.Bias.grad!)).Sum(value => value * value));
        }
    }

    [Fact]
    public void Clipping_is_right_for_as_many_values_as_a_layer_of_AlexNet_has()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var gradient = randn(9216L * 4096, generator: generator).mul_(1e-4f);
        Gradients.Clip([gradient], 0.05);
        Assert.Equal(0.05, gradient.to(ScalarType.Float64).square().sum().sqrt().item<double>(), 5e-4);     // libtorch adds squares up in float32: to a hundredth
    }

    [Theory]
    [InlineData("adamw_no_decay_on_bias")]
    [InlineData("sgd_no_decay_on_bias")]
    public void Real_PyTorch_goes_on_from_the_state_to_the_same_values(string kind)
    {
        using var scratch = new Scratch();
        using var pair = new Pair(kind);
        double[] values = [];
        for (var i = 0; i < 3; i++) values = pair.Step(i);
        TorchFile.Write(scratch.At("state.pth"), new PickleDictionary { { "w", pair.Matrix }, { "b", pair.Bias }, { "optimiser", pair.Optimiser.ToStateDictionary(0.05) } });

        var said = DebianPyTorch.RunOrSkip("go_on.py", [scratch.At("state.pth"), kind.Split('_')[0], "3"]);

        Same.Within(1e-12, Reference.Numbers(Golden.GetProperty(kind).GetProperty("path")[5]), [.. said.Trim().Split(' ').Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture))], kind);
    }

    /// <summary>A matrix and a bias with the optimiser of a row of the reference.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly double? limit;

        public Pair(string kind)
        {
            var start = Golden.GetProperty("start");
            using (var flat = tensor(Reference.Numbers(start[0]))) Matrix = flat.reshape(2, 3).requires_grad_(true);
            Bias = tensor(Reference.Numbers(start[1]), requires_grad: true);
            IReadOnlyList<KeyValuePair<string, Tensor>> both = [KeyValuePair.Create("w", Matrix), KeyValuePair.Create("b", Bias)];
            OptimiserOptions options = kind switch
            {
                "adamw_no_decay_on_bias" => new AdamOptions { Decoupled = true, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, WeightDecay = 0.2, NoDecayOnNormAndBias = true },
                "sgd_no_decay_on_bias" => new SgdOptions { WeightDecay = 0.2, NoDecayOnNormAndBias = true },
                "adam_rate_factors_0.1_and_1" => new AdamOptions { WeightDecay = 0.1 },
                "sgd_clipped_to_1.2" => new SgdOptions { WeightDecay = 0 },
                _ => new AdamOptions { Decoupled = true, WeightDecay = 0.01 },
            };
            limit = kind.Contains("clipped", StringComparison.Ordinal) ? 1.2 : null;
            Optimiser = options.Create(both, kind.Contains("factors", StringComparison.Ordinal) ? [0.1, 1] : null);
        }

        public Tensor Matrix { get; }
        public Tensor Bias { get; }
        public Optimiser Optimiser { get; }

        public double[] Step(int step)
        {
            SetGradients(step);
            Optimiser.Step(0.05, maximumNorm: limit);
            Optimiser.ClearGradients();
            return [.. Same.Doubles(Matrix), .. Same.Doubles(Bias)];
        }

        public void SetGradients(int step)
        {
            foreach (var parameter in new[] { Matrix, Bias })
            {
                using var flat = tensor(Same.Doubles(parameter).Select(p => Math.Sin(3 * p + step)).ToArray());
                using var shaped = flat.reshape(parameter.shape);
                parameter.grad = shaped;
            }
        }

        public void TakeOver(Pair other)
        {
            using var quiet = no_grad();
            _ = Matrix.copy_(other.Matrix);
            _ = Bias.copy_(other.Bias);
        }

        public void Dispose()
        {
            Optimiser.Dispose();
            Matrix.Dispose();
            Bias.Dispose();
        }
    }
}
