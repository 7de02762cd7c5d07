using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using JustAlexNet.TestSupport;
using static TorchSharp.torch;

namespace JustAlexNet.Weights.Tests;

/// <summary>Files carry the SHA-256 of what they hold.</summary>
public sealed class ArchiveDigestTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string File => scratch.At("weights.pth");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Comment_is_the_sha256_of_names_lengths_and_contents_in_order()
    {
        Write();
        using var archive = ZipFile.OpenRead(File);
        using var all = new MemoryStream();
        foreach (var entry in archive.Entries)
        {
            all.Write(Encoding.UTF8.GetBytes(entry.FullName + '\0'));
            all.Write(BitConverter.GetBytes(entry.Length));
            using var content = entry.Open();
            content.CopyTo(all);
        }
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(all.ToArray()))}", archive.Comment);
    }

    [Fact]
    public void Contents_that_changed_places_are_found_though_every_checksum_of_theirs_is_right()
    {
        Write();
        Copy(change: name => name switch { "archive/data/0" => "archive/data/1", "archive/data/1" => "archive/data/0", _ => name });
        Assert.False(TorchFile.IsWhole(scratch.At("changed.pth"), out var why));
        Assert.Contains("its contents do not have the SHA-256 that they were written with.", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Sum_that_is_cut_or_another_is_damage_and_none_is_not()
    {
        Write();
        foreach (var (comment, isWhole) in new[] { ("sha256:", false), ("sha256:" + new string('0', 64), false), ("", true), ("made by hand", true) })
        {
            Copy(comment: comment);
            Assert.Equal(isWhole, TorchFile.IsWhole(scratch.At("changed.pth"), out _));
        }
        Copy();
        Assert.True(TorchFile.IsWhole(scratch.At("changed.pth"), out _));
    }

    [Fact]
    public void Real_PyTorch_opens_it()
    {
        Write();
        Assert.Equal("2.0 1.0", DebianPyTorch.RunOrSkip("first_values.py", [File]).Trim());
    }

    private void Write()
    {
        using var ones = full(1000, 1f);
        using var twos = full(1000, 2f);
        TorchFile.Write(File, new PickleDictionary { { "twos", twos }, { "ones", ones } });
    }

    private void Copy(Func<string, string>? change = null, string? comment = null)
    {
        using var source = ZipFile.OpenRead(File);
        using var file = System.IO.File.Create(scratch.At("changed.pth"));
        using var target = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var entry in source.Entries)
        {
            using var from = source.GetEntry(change?.Invoke(entry.FullName) ?? entry.FullName)!.Open();
            using var to = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            from.CopyTo(to);
        }
        target.Comment = comment ?? source.Comment;
    }
}
