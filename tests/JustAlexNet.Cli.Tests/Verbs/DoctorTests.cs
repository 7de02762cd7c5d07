using System.Text.Json;
using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class DoctorTests
{
    [Fact]
    public void Text_shows_machine_settings_speed_and_advice()
    {
        var answer = Here.Run("doctor");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        foreach (var label in new[] { "processor", "features", "caches", "cores", "memory", "disk", "GPUs", "precision", "threads", "workers", "decoder", "allocator", "OpenMP", "versions" })
            Assert.Contains(answer.Lines, line => line.StartsWith($"{label} ", StringComparison.Ordinal));
        Assert.Contains(answer.Lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^GEMM +\d+ GFLOP/s \(1024 x 1024, (fp32|bf16), 1 thread\)$"));
        Assert.Contains(answer.Lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^decoding +\d+ photos/s a core \(JPEG, 400 x 533\)$"));
        foreach (var network in new[] { "alexnet", "resnet18", "densenet201" })
            Assert.Contains(answer.Lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, $@"^{network} +right: \S+, [a-z ]+ in (fp32|bf16) at batch [124], \d\.\de[+-]\d of a limit of (1\.0e-3|2\.[0-3]e-2)$"));
        Assert.Contains(answer.Lines, line => line is "Would make this machine faster:" or "Nothing was found that would make this machine faster.");
    }

    [Fact]
    public void Json_is_one_object_with_every_finding_and_the_advice()
    {
        var answer = Here.Run("doctor", "--json");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        using var json = JsonDocument.Parse(Assert.Single(answer.Lines));
        var root = json.RootElement;
        Assert.Equal(Environment.ProcessorCount, root.GetProperty("cores").GetInt32());
        Assert.Equal(1, root.GetProperty("intra_op_threads").GetInt32());
        Assert.True(root.GetProperty("gemm_gflops").GetDouble() > 0);
        Assert.True(root.GetProperty("decode_photos_per_second").GetDouble() > 0);
        Assert.True(root.GetProperty("memory_bytes").GetInt64() > 1 << 28);
        Assert.Equal(JsonValueKind.Array, root.GetProperty("advice").ValueKind);
        Assert.Equal(0, root.GetProperty("faults").GetArrayLength());
        Assert.True(root.GetProperty("arithmetic_densenet201").GetProperty("right").GetBoolean(), answer.Out);
        Assert.Equal(0, root.GetProperty("arithmetic_densenet201").GetProperty("wrong_layers").GetArrayLength());
        Assert.Equal(Runtime.TorchRuntime.Versions()["libtorch"], root.GetProperty("versions").GetProperty("libtorch").GetString());
    }

    [Fact]
    public void Help_says_what_it_is_for() =>
        Assert.Contains("what would make it faster", Here.Run("doctor", "--help").Out, StringComparison.Ordinal);
}
