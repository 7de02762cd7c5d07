using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class StateLoadingTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Entries_are_copied_into_the_tensors_of_their_names()
    {
        using var scope = torch.NewDisposeScope();
        var source = Stored(("w", torch.arange(6, torch.ScalarType.Float32).view(2, 3)), ("n", torch.tensor(5L)));
        var parameter = torch.zeros(2, 3, requires_grad: true);
        var count = torch.tensor(0L);

        StateLoading.CopyInto(new Dictionary<string, torch.Tensor> { ["w"] = parameter, ["n"] = count }, source, "a.pth", "net");

        Assert.Equal([0f, 1f, 2f, 3f, 4f, 5f], parameter.detach().data<float>().ToArray());
        Assert.Equal(5L, count.item<long>());
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
    }

    [Fact]
    public void Channels_last_target_keeps_its_layout_and_gets_the_right_values()
    {
        using var scope = torch.NewDisposeScope();
        var values = torch.arange(24, torch.ScalarType.Float32).view(1, 2, 3, 4);
        var target = torch.zeros(1, 3, 4, 2).permute(0, 3, 1, 2);

        StateLoading.CopyInto(new Dictionary<string, torch.Tensor> { ["w"] = target }, Stored(("w", values)), "a.pth", "net");

        Assert.Equal([24, 1, 8, 2], target.stride());
        Assert.True(values.eq(target).all().item<bool>());
    }

    [Theory]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.Float64)]
    public void Floating_types_convert_into_the_type_of_the_target(torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var target = torch.zeros(3);

        StateLoading.CopyInto(new Dictionary<string, torch.Tensor> { ["w"] = target }, Stored(("w", torch.tensor([1f, 2.5f, -4f]).to(type))), "a.pth", "net");

        Assert.Equal(torch.ScalarType.Float32, target.dtype);
        Assert.Equal([1f, 2.5f, -4f], target.data<float>().ToArray());
    }

    [Fact]
    public void Every_difference_is_listed_in_one_error_and_nothing_is_copied()
    {
        using var scope = torch.NewDisposeScope();
        var source = Stored(
            ("fits", torch.ones(2)), ("classifier.weight", torch.ones(10, 512)), ("count", torch.ones(1)), ("scale", torch.ones(1)),
            ("layer1.0.conv1.weight", torch.ones(1)), ("layer1.0.conv2.weight", torch.ones(1)));
        var fits = torch.zeros(2);
        var target = new Dictionary<string, torch.Tensor>
        {
            ["fits"] = fits, ["features.norm1.weight"] = torch.zeros(1), ["features.norm2.weight"] = torch.zeros(1), ["features.norm3.weight"] = torch.zeros(1),
            ["classifier.weight"] = torch.zeros(10, 1920), ["count"] = torch.tensor([0L]), ["scale"] = torch.tensor(0f),
        };

        var error = Assert.Throws<WeightsException>(() => StateLoading.CopyInto(target, source, "checkpoints/best_model.pth", "densenet201"));

        Assert.Equal(
            """
            checkpoints/best_model.pth does not fit densenet201
              missing     features.norm1.weight   and 2 more
              unexpected  layer1.0.conv1.weight   and 1 more
              wrong shape classifier.weight   expected 10 x 1920, found 10 x 512   and 1 more
              wrong type  count   expected int64, found float32
            """.ReplaceLineEndings("\n"), error.Message);
        Assert.Equal("checkpoints/best_model.pth", error.Path);
        var mismatch = Assert.IsType<StateMismatch>(error.Mismatch);
        Assert.Equal(["features.norm1.weight", "features.norm2.weight", "features.norm3.weight"], mismatch.Missing);
        Assert.Equal(["layer1.0.conv1.weight", "layer1.0.conv2.weight"], mismatch.Unexpected);
        Assert.Equal([new("classifier.weight", "10 x 1920", "10 x 512"), new StateDifference("scale", "scalar", "1")], mismatch.WrongShape);
        Assert.Equal([new StateDifference("count", "int64", "float32")], mismatch.WrongType);
        Assert.Equal([0f, 0f], fits.data<float>().ToArray());
    }

    [Fact]
    public void Replaced_head_keeps_its_values_and_allows_nothing_else()
    {
        using var scope = torch.NewDisposeScope();
        var (weight, head, bias) = (torch.zeros(2), torch.zeros(3, 2), torch.zeros(3));
        var target = new Dictionary<string, torch.Tensor> { ["conv.weight"] = weight, ["fc.weight"] = head, ["fc.bias"] = bias };
        var allowed = new AllowedMismatches { Head = ["fc.weight", "fc.bias"] };

        var skipped = StateLoading.CopyInto(target, Stored(("conv.weight", torch.ones(2)), ("fc.weight", torch.ones(1000, 2))), "a.pth", "net", allowed);

        Assert.Equal(["the head is new: fc.weight, fc.bias"], skipped.Notes);
        Assert.Equal([1f, 1f], weight.data<float>().ToArray());
        Assert.Equal(new float[6], head.data<float>().ToArray());
        var error = Assert.Throws<WeightsException>(() =>
            StateLoading.CopyInto(target, Stored(("conv.weight", torch.ones(3)), ("fc2.weight", torch.ones(1)), ("fc.weight", torch.ones(1000, 2))), "a.pth", "net", allowed));
        Assert.Equal("a.pth does not fit net\n  unexpected  fc2.weight\n  wrong shape conv.weight   expected 2, found 3", error.Message);
    }

    [Fact]
    public void Counters_that_an_old_file_lacks_begin_at_0_where_that_is_allowed_and_nothing_else_may_lack()
    {
        using var scope = torch.NewDisposeScope();
        var (weight, count, other) = (torch.zeros(1), torch.tensor(7L), torch.tensor(7L));
        var target = new Dictionary<string, torch.Tensor> { ["bn.weight"] = weight, ["bn.num_batches_tracked"] = count, ["bn2.num_batches_tracked"] = other };
        var allowed = new AllowedMismatches { Counters = true };

        var skipped = StateLoading.CopyInto(target, Stored(("bn.weight", torch.ones(1))), "old.pth", "net", allowed);

        Assert.Equal(["2 counters of batches (num_batches_tracked) are absent and begin at 0; nothing is computed from them"], skipped.Notes);
        Assert.Equal((0L, 0L, 1f), (count.item<long>(), other.item<long>(), weight.item<float>()));
        Assert.Contains("missing     bn.num_batches_tracked   and 1 more", Refused(Stored(("bn.weight", torch.ones(1))), AllowedMismatches.None), StringComparison.Ordinal);
        Assert.Contains("missing     bn2.num_batches_tracked", Refused(Stored(("bn.weight", torch.ones(1)), ("bn.num_batches_tracked", torch.tensor(1L))), allowed), StringComparison.Ordinal);
        Assert.Contains("missing     bn.weight", Refused(Stored(("bn.num_batches_tracked", torch.tensor(1L)), ("bn2.num_batches_tracked", torch.tensor(1L))), allowed), StringComparison.Ordinal);

        string Refused(IReadOnlyDictionary<string, StoredTensor> source, AllowedMismatches allowed) =>
            Assert.Throws<WeightsException>(() => StateLoading.CopyInto(target, source, "old.pth", "net", allowed)).Message;
    }

    [Fact]
    public void Dictionary_that_holds_more_than_tensors_is_no_state_dictionary()
    {
        var checkpoint = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "training.pth"))!;

        var error = Assert.Throws<WeightsException>(() => StateLoading.Tensors(checkpoint, "training.pth"));

        Assert.Equal(
            "training.pth is not a state dictionary: its entry 'epoch' is an integer, expected a tensor with a name.\n" +
            "  A training checkpoint keeps the weights one level deeper, for example under model_state_dict.", error.Message);
    }

    [Fact]
    public void Entry_that_a_checkpoint_must_have_is_asked_for_by_kind()
    {
        var checkpoint = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "training.pth"))!;

        Assert.Equal("tiny", checkpoint.Require<string>("arch", "training.pth"));
        Assert.Equal(
            "training.pth holds no 'classes'. It has: epoch, arch, model_state_dict, optimizer_state_dict, best_acc, class_to_idx, args, history.",
            Assert.Throws<WeightsException>(() => checkpoint.Require<string>("classes", "training.pth")).Message);
        Assert.Equal(
            "'epoch' of training.pth is an integer, expected a string.",
            Assert.Throws<WeightsException>(() => checkpoint.Require<string>("epoch", "training.pth")).Message);
    }

    private IReadOnlyDictionary<string, StoredTensor> Stored(params (string Name, torch.Tensor Value)[] entries)
    {
        var root = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in entries) root[name] = value;
        TorchFile.Write(scratch.At("source.pth"), root);
        return StateLoading.Tensors((PickleDictionary)TorchFile.Read(scratch.At("source.pth"))!, "source.pth");
    }
}
