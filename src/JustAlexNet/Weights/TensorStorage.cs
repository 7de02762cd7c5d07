using System.Buffers.Binary;
using System.Runtime.InteropServices;
using JustAlexNet.Runtime;
using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>
/// A run of bytes in a file that tensors look into. <c>open</c> gives them from their start each time, because an archive's entry cannot be
/// entered in the middle; <c>gate</c> is held while they are read, storages of one archive share it.
/// </summary>
internal sealed class TensorStorage(FileFaults faults, bool bigEndian, Func<Stream> open, Lock gate)
{
    /// <summary>The values of a tensor as a new contiguous CPU tensor, which the caller disposes.</summary>
    public torch.Tensor Read(StoredTensor tensor)
    {
        TorchRuntime.Prepare();
        var shape = tensor.Shape.ToArray();
        if (shape.Contains(0)) return torch.empty(shape, tensor.Type);

        using var flat = torch.empty(tensor.Extent, tensor.Type);     // from the first to the last element, what lies between included
        var size = ElementType.Size(tensor.Type);
        try
        {
            lock (gate)
            {
                using var bytes = open();
                if (bytes.CanSeek) bytes.Position = tensor.Offset * size;
                else Skip(bytes, tensor.Offset * size);
                foreach (var piece in TensorBytes.Pieces(flat))
                    using (piece) bytes.ReadExactly(piece.bytes);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            throw faults.Unreadable("it could be read at first and no longer can.", "Leave the file alone while it is in use, and start again.", e);
        }

        if (bigEndian == BitConverter.IsLittleEndian)
            foreach (var piece in TensorBytes.Pieces(flat))
                using (piece) TurnRound(piece.bytes, ElementType.Word(tensor.Type));
        if (tensor.IsContiguous) return flat.view(shape);
        using var strided = flat.as_strided(shape, [.. tensor.Strides], 0);
        return strided.contiguous();
    }

    private static void Skip(Stream bytes, long count)
    {
        var buffer = new byte[(int)Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            var read = bytes.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) throw new EndOfStreamException();
            count -= read;
        }
    }

    private static void TurnRound(Span<byte> bytes, int word)
    {
        switch (word)
        {
            case 2:
                var pairs = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(pairs, pairs);
                break;
            case 4:
                var fours = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(fours, fours);
                break;
            case 8:
                var eights = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(eights, eights);
                break;
        }
    }
}
