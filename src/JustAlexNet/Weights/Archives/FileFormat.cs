using System.Globalization;

namespace JustAlexNet.Weights.Archives;

/// <summary>Tells by its first bytes what a file is.</summary>
internal static class FileFormat
{
    private const int HeadLength = 64;

    /// <summary>The format of weights that a stream holds, which then stands at its start again; throws where it is none, saying what it is instead.</summary>
    public static WeightsFormat Of(Stream file, FileFaults faults)
    {
        var buffer = new byte[HeadLength];
        ReadOnlySpan<byte> head = buffer.AsSpan(0, file.ReadAtLeast(buffer, HeadLength, throwOnEndOfStream: false));
        file.Position = 0;

        if (head.StartsWith("PK\x03\x04"u8)) return WeightsFormat.TorchZip;
        if (head.StartsWith(LegacyMagic)) return WeightsFormat.TorchLegacy;
        if (IsSafetensors(head)) return WeightsFormat.Safetensors;
        if (head.Length == 0) throw faults.Unreadable("the file is empty.", "Copy or download it again.");
        if (head[0] == 0x80 && head.Length > 1 && head[1] is > 1 and < 6)
            throw faults.Unreadable("it is a Python pickle, but not one of PyTorch.", "Save the weights with torch.save(model.state_dict(), path).");
        if (head.Length > 2 && head[0] == 0x08 && head[1] is > 2 and < 32)      // Protocol Buffers, first field: ONNX's ir_version
            throw faults.Unreadable("it seems to be an .onnx file, a whole network, not weights.", "predict and evaluate take it by `checkpoint` (its name ends in .onnx), transfer by `backbone` onnx:FILE.");
        if (IsText(head))
            throw faults.Unreadable(
                $"it is a text file (\"{FileFaults.Printable(head[..Math.Min(head.Length, 32)])}\"), not weights.", "Expected a file of torch.save, or .safetensors. Was a web page or a Git LFS pointer downloaded in its place?");
        var first = string.Join(' ', head[..Math.Min(head.Length, 8)].ToArray().Select(value => value.ToString("X2", CultureInfo.InvariantCulture)));
        throw faults.Unreadable($"its first bytes ({first}) are those of no known format of weights.", "Expected a file of torch.save, or .safetensors.");
    }

    /// <summary>The pickled magic number and the start of the next pickle.</summary>
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    /// <summary>The header's length as eight bytes, of which the upper ones are 0, and the header's JSON.</summary>
    private static bool IsSafetensors(ReadOnlySpan<byte> head) => head.Length > 8 && head[8] == (byte)'{' && head[4..8].IndexOfAnyExcept((byte)0) < 0;

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var value in head)
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r')) return false;
        return true;
    }
}
