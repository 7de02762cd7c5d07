using JustAlexNet.Bench.Measuring;

namespace JustAlexNet.Architecture.Tests.Bench;

/// <summary>How the bench takes a training step apart.</summary>
public sealed class StepPartsTests
{
    private const string Convolution = "onednn_verbose,v1,primitive,exec,cpu,convolution,brgconv:avx512_core_bf16,{0},src_bf16::blocked:acdb::f0 wei_bf16::blocked:Acdb16a::f0 dst_bf16::blocked:acdb::f0,attr-scratchpad:user,alg:convolution_direct,mb32_ic64oc64_ih56oh56kh3sh1dh0ph1_iw56ow56kw3sw1dw0pw1,{1}";

    [Fact]
    public void Lines_of_oneDNN_are_added_up_by_kind_a_step()
    {
        var parts = new StepParts();
        parts.Hear(Line("forward_training", "2.5"));
        parts.Hear(Line("forward_training", "3.5"));
        parts.Hear(Line("backward_data", "5"));
        parts.Hear(Line("backward_weights", "7"));
        parts.Hear("onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,src_bf16::blocked:ab::f0,attr-scratchpad:user,,32x512:512x1000,1.5");
        parts.Hear("onednn_verbose,v1,primitive,exec,cpu,reorder,jit:uni,undef,src_f32::blocked:abcd::f0 dst_f32::blocked:acdb::f0,,,64x64x3x3,0.25");
        parts.Add(StepParts.Update, 0.011);
        parts.AddSteps(2, 0.1);
        Assert.Equal((3, 2.5, 3.5), (parts.Milliseconds(StepParts.Forward)!.Value, parts.Milliseconds(StepParts.ByData)!.Value, parts.Milliseconds(StepParts.ByWeights)!.Value));
        Assert.Equal((0.75, 0.125, 5.5), (parts.Milliseconds(StepParts.Products)!.Value, parts.Milliseconds(StepParts.Reordering)!.Value, Math.Round(parts.Milliseconds(StepParts.Update)!.Value, 9)));
        Assert.Null(parts.Milliseconds(StepParts.Waiting));
        Assert.Equal(50, parts.Whole, 9);
        Assert.Equal(50, StepParts.Kinds.Sum(kind => parts.Milliseconds(kind) ?? 0), 9);
    }

    [Fact]
    public void What_is_no_execution_or_not_of_a_kind_counts_as_other()
    {
        var parts = new StepParts();
        parts.Hear("onednn_verbose,v1,info,oneDNN v3.7.1 (commit 8d263e693366ef8db40acc569cc7d8edf644556d)");
        parts.Hear("onednn_verbose,v1,primitive,info,template:operation,engine,primitive,implementation,prop_kind,memory_descriptors,attributes,auxiliary,problem_desc,exec_time");
        parts.Hear("something else,exec,1");
        parts.Hear("onednn_verbose,v1,primitive,exec,cpu,eltwise,jit:avx512_core,forward_training,data_f32::blocked:a::f0,,alg:eltwise_relu,8,4");
        parts.AddSteps(1, 0.004);
        Assert.Equal(4, parts.Milliseconds(StepParts.Other));
        Assert.All(StepParts.Kinds.Where(kind => kind != StepParts.Other), kind => Assert.Null(parts.Milliseconds(kind)));
    }

    [Fact]
    public void Line_of_another_form_is_refused()
    {
        var refusal = Assert.Throws<BenchException>(() => new StepParts().Hear("onednn_verbose,v2,primitive,exec,cpu,convolution,a,forward_training,1"));
        Assert.Contains("v2,primitive", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<BenchException>(() => new StepParts().Hear(Line("forward_training", "x")));
    }

    private static string Line(string propagation, string milliseconds) => Convolution.Replace("{0}", propagation, StringComparison.Ordinal).Replace("{1}", milliseconds, StringComparison.Ordinal);
}
