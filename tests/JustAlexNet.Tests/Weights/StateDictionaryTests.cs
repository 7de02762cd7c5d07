using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class StateDictionaryTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly torch.Tensor one = torch.ones(1);

    public void Dispose()
    {
        one.Dispose();
        scratch.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("state_dict")]
    [InlineData("model")]
    [InlineData("model_state_dict")]
    [InlineData("checkpoint.model")]
    [InlineData("state_dict.model.state_dict")]
    public void Weights_are_found_at_any_nesting(string place)
    {
        object value = State("fc.weight");
        foreach (var key in place.Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse())
            value = new PickleDictionary { { key, value }, { "epoch", 7L }, { "optimizer", new PickleDictionary { { "state", State("momentum") } } } };

        var state = Find((PickleDictionary)value);

        Assert.Equal(place, state.Entry);
        Assert.Equal(["fc.weight"], state.Tensors.Keys);
        Assert.Empty(state.Notes);
    }

    [Fact]
    public void Several_state_dictionaries_are_named_and_none_is_chosen()
    {
        var root = new PickleDictionary { { "model", State("a") }, { "ema", new PickleDictionary { { "model", State("a", "b") } } } };

        Assert.Equal(
            $"{Path} holds more than one state dictionary: model (1 tensor), ema.model (2 tensors).\n  Take out the one that is meant: justalexnet weights convert FILE OTHER.pth `entry` model.",
            Assert.Throws<WeightsException>(() => Find(root)).Message);
        Assert.Equal(["a", "b"], Find(root, "ema.model").Tensors.Keys);
    }

    [Theory]
    [InlineData("model", "model_ema", true), InlineData("state_dict", "state_dict_ema", false), InlineData("model_state_dict", "ema_state_dict", false), InlineData("model", "ema.model", false)]
    public void Of_weights_and_their_moving_average_the_average_is_taken_and_said(string weights, string average, bool counted)
    {
        object value = counted ? State("n_averaged", "module.fc.weight") : State("fc.weight");
        foreach (var key in average.Split('.')[1..].Reverse()) value = new PickleDictionary { { key, value } };
        var state = Find(new PickleDictionary { { weights, State("fc.weight") }, { average.Split('.')[0], value }, { "optimizer", new PickleDictionary { { "state", State("momentum") } } } });

        Assert.Equal(average, state.Entry);
        Assert.Equal(["fc.weight"], state.Tensors.Keys);
        Assert.Equal($"took the moving average of the weights, under {average}; those of the last step are under {weights} (justalexnet weights convert FILE OTHER.pth `entry` {weights} takes them out)", state.Notes[0]);
        Assert.Equal(["fc.weight"], Find(new PickleDictionary { { weights, State("fc.weight") }, { "model_ema", State("fc.weight") } }, weights).Tensors.Keys);
    }

    [Theory]
    [InlineData("model"), InlineData("net"), InlineData("weights")]
    public void Weights_beside_their_average_are_named_whatever_they_are_called(string weights)
    {
        var root = new PickleDictionary { { "optimizer", State("momentum") }, { weights, State("fc.weight") }, { "ema", State("fc.weight") } };
        var state = Find(root);
        Assert.Equal("ema", state.Entry);
        Assert.Equal($"took the moving average of the weights, under ema; those of the last step are under {weights} (justalexnet weights convert FILE OTHER.pth `entry` {weights} takes them out)", Assert.Single(state.Notes));
        Assert.Equal(weights, Find(root, weights).Entry);
    }

    [Fact]
    public void Average_that_is_not_taken_is_named()
    {
        var state = Find(new PickleDictionary { { "model", State("fc.weight") }, { "ema", State("shadow") } });
        Assert.Equal("model", state.Entry);
        Assert.Equal("took the weights under model; left is a moving average under ema (justalexnet weights convert FILE OTHER.pth `entry` ema takes them out)", Assert.Single(state.Notes));
    }

    [Fact]
    public void Average_beside_the_weights_in_one_flat_file_is_taken_and_said()
    {
        var state = Find(State("model.fc.weight", "ema.fc.weight"));
        Assert.Equal(["fc.weight"], state.Tensors.Keys);
        Assert.Equal(["took the moving average of the weights, under 'ema.'; those of the last step are under 'model.' in the same dictionary"], state.Notes);
        Assert.Equal(["model.a", "ema.b"], Find(State("model.a", "ema.b")).Tensors.Keys);       // not of each other: nothing is guessed
        Assert.Equal(["left.a", "right.a"], Find(State("left.a", "right.a")).Tensors.Keys);
    }

    [Fact]
    public void Prefix_of_all_but_the_head_is_taken_off()
    {
        var state = Find(State("backbone.conv1.weight", "backbone.bn1.weight", "fc.weight", "fc.bias"));
        Assert.Equal(["conv1.weight", "bn1.weight", "fc.weight", "fc.bias"], state.Tensors.Keys);
        Assert.Equal(["took the prefix 'backbone.' off 2 of 4 names: the head has none"], state.Notes);
        Assert.Equal(["backbone.fc.weight", "fc.weight"], Find(State("backbone.fc.weight", "fc.weight")).Tensors.Keys);        // two heads
        Assert.Equal(["backbone.conv1.weight", "neck.weight"], Find(State("backbone.conv1.weight", "neck.weight")).Tensors.Keys);
    }

    [Fact]
    public void Averaged_model_alone_is_loaded_without_its_counter()
    {
        var state = Find(State("n_averaged", "module.fc.weight", "module.fc.bias"));
        Assert.Equal(["fc.weight", "fc.bias"], state.Tensors.Keys);
        Assert.Equal(["left out n_averaged, the counter of an averaged model", "took the prefix 'module.' off all 2 names"], state.Notes);
        Assert.Equal("ema", Find(new PickleDictionary { { "ema", State("fc.weight") } }).Entry);
        Assert.Equal(["n_averaged", "fc.weight"], Find(State("n_averaged", "fc.weight")).Tensors.Keys);      // no averaged model: nothing is dropped
    }

    [Fact]
    public void Keys_that_are_no_names_are_said_to_be_so()
    {
        var fault = Assert.Throws<WeightsException>(() => Find(new PickleDictionary { { 3L, one } }));
        Assert.Equal($"{Path} is not a state dictionary: its key 3 is an integer, expected names.\n  Save model.state_dict() in PyTorch.", fault.Message);
    }

    [Fact]
    public void One_dictionary_under_two_names_is_one()
    {
        var same = Stored(State("a"));

        Assert.Equal(["a"], StateDictionary.Find(new PickleDictionary { { "model", same }, { "state_dict", same } }, Path).Tensors.Keys);
    }

    [Fact]
    public void Tensors_under_another_name_are_not_guessed_to_be_the_network()
    {
        var error = Assert.Throws<WeightsException>(() => Find(new PickleDictionary { { "generator", State("a") } }));

        Assert.StartsWith($"{Path} holds tensors under generator (1 tensor), not under state_dict, model or model_state_dict.\n", error.Message, StringComparison.Ordinal);
        Assert.Contains("`entry` generator.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_without_weights_is_an_error_that_says_what_it_holds()
    {
        Assert.Contains("its entry 'epoch' is an integer, expected a tensor", Assert.Throws<WeightsException>(() => Find(new PickleDictionary { { "epoch", 7L } })).Message, StringComparison.Ordinal);
        Assert.Contains("holds a tensor, expected a state dictionary.", Assert.Throws<WeightsException>(() => StateDictionary.Find(Stored(one), Path)).Message, StringComparison.Ordinal);
        Assert.Contains("holds no state dictionary under 'nets'.\n  It has: net (1 tensor).",
            Assert.Throws<WeightsException>(() => Find(new PickleDictionary { { "net", State("a") } }, "nets")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compiled.pth", "took the prefix '_orig_mod.' off all 9 names")]
    [InlineData("dataparallel.pth", "took the prefix 'module.' off all 9 names")]
    public void Prefix_of_a_wrapper_is_taken_off_and_said(string file, string note)
    {
        var state = WeightsFile.Open(Repository.Golden("checkpoints", file)).FindState();

        Assert.Equal(((PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "zip.pth"))!).Select(entry => (string)entry.Key), state.Tensors.Keys);
        Assert.Equal([note], state.Notes);
    }

    [Fact]
    public void Stacked_prefixes_all_go_and_one_that_only_some_names_have_stays()
    {
        Assert.Equal(["fc.weight", "fc.bias"], Find(State("module._orig_mod.model.fc.weight", "module._orig_mod.model.fc.bias")).Tensors.Keys);
        Assert.Equal(["module.fc.weight", "fc.bias"], Find(State("module.fc.weight", "fc.bias")).Tensors.Keys);
        Assert.Equal(["model."], Find(State("model.")).Tensors.Keys);
        foreach (var prefix in new[] { "net.", "backbone.", "encoder.", "module.encoder." }) Assert.Equal(["fc.weight", "fc.bias"], Find(State(prefix + "fc.weight", prefix + "fc.bias")).Tensors.Keys);
    }

    [Fact]
    public void Old_names_of_DenseNet_become_todays_and_others_stay()
    {
        var state = WeightsFile.Open(Repository.Golden("checkpoints", "old-densenet-names.pth")).FindState();

        Assert.Equal(["features.conv0.weight", "features.denseblock1.denselayer1.norm1.weight", "features.denseblock1.denselayer1.conv2.weight", "classifier.bias"], state.Tensors.Keys);
        Assert.Equal(["renamed 2 entries with DenseNet's old names (norm.1 is norm1 now)"], state.Notes);
        Assert.Equal(["features.denseblock1.denselayer1.norm1.num_batches_tracked"], Find(State("features.denseblock1.denselayer1.norm.1.num_batches_tracked")).Tensors.Keys);
        Assert.Contains("under its old and its new name.",
            Assert.Throws<WeightsException>(() => Find(State("denselayer1.norm.1.weight", "denselayer1.norm1.weight"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dictionary_named_in_thousands_of_places_is_looked_into_once()
    {
        var inner = new PickleDictionary { { "n", 1L } };
        for (var level = 0; level < 40; level++) inner = new PickleDictionary { { "a", inner }, { "b", inner } };

        Assert.Equal(["a"], StateDictionary.Find(new PickleDictionary { { "model", Stored(State("a")) }, { "deep", inner } }, Path).Tensors.Keys);
    }

    private string Path => scratch.At("weights.pth");

    private PickleDictionary State(params string[] names)
    {
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var name in names) state[name] = one;
        return state;
    }

    private StateDictionary Find(PickleDictionary root, string? entry = null)
    {
        TorchFile.Write(Path, root);
        return WeightsFile.Open(Path).FindState(entry);
    }

    private object? Stored(object value)
    {
        TorchFile.Write(Path, new PickleDictionary { { "value", value } });
        return ((PickleDictionary)TorchFile.Read(Path)!)["value"];
    }
}
