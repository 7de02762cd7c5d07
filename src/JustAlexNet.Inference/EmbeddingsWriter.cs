using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace JustAlexNet.Inference;

/// <summary>Features of pictures as a NumPy array, (N, D) float32, and beside it which row belongs to which picture.</summary>
/// <remarks>
/// The array is a <c>.npy</c> file of version 1.0 in C order, little-endian; <c>numpy.load</c> reads it. The table has the columns row (from 0) and image. Pictures that could not be read are in
/// neither. Not thread-safe. Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
/// </remarks>
public sealed class EmbeddingsWriter
{
    private const int HeadLength = 128;     // a multiple of 64, with room for any count

    private readonly Stream array;
    private readonly TextWriter table;
    private readonly int features;
    private readonly long start;
    private long rows;

    /// <summary>Begins both.</summary>
    /// <param name="array">Receives the array; can seek, since the head tells the number of rows. Stays the caller's.</param>
    /// <param name="table">Receives the table. Stays the caller's.</param>
    /// <param name="features">D, 1 or more.</param>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    public EmbeddingsWriter(Stream array, TextWriter table, int features)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (!array.CanSeek) throw new ArgumentException("The stream cannot seek.", nameof(array));
        (this.array, this.table, this.features, start) = (array, table, features, array.Position);
        array.Write(Head(0, features));
        table.Write("row,image\n");
    }

    /// <summary>Adds a picture, unless it could not be read.</summary>
    /// <exception cref="ArgumentException">It has another number of features.</exception>
    public void Add(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.Error is not null) return;
        if (prediction.Features.Length != features) throw new ArgumentException($"{prediction.Image} has {prediction.Features.Length} features, expected {features}.", nameof(prediction));
        if (BitConverter.IsLittleEndian) array.Write(MemoryMarshal.AsBytes(prediction.Features.Span));
        else WriteReversed(prediction.Features.Span);
        table.Write(string.Create(CultureInfo.InvariantCulture, $"{rows++},{Csv.Field(prediction.Image)}\n"));
    }

    /// <summary>Writes the number of rows into the head.</summary>
    public void Complete()
    {
        var end = array.Position;
        array.Position = start;
        array.Write(Head(rows, features));
        array.Position = end;
    }

    private static byte[] Head(long rows, int features)
    {
        byte[] head = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {features}), }}").PadRight(HeadLength - 11)), (byte)'\n'];
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), HeadLength - 10);
        return head;
    }

    private void WriteReversed(ReadOnlySpan<float> values)
    {
        Span<byte> four = stackalloc byte[sizeof(float)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(four, value);
            array.Write(four);
        }
    }
}
