using System.Buffers.Binary;
using JustAlexNet.Weights.Pickling;
using TorchSharp;

namespace JustAlexNet.Weights.Archives;

/// <summary>
/// PyTorch's format before 1.6, one stream: pickles of a magic number, of the protocol (1001), of the writer's system, of the value and of the storages' keys;
/// then the storages in the order of those keys, each a count of elements (int64) and the raw elements.
/// </summary>
/// <remarks>Numbers are little-endian whatever the system says of itself: PyTorch turns them round when it writes.</remarks>
internal sealed class LegacyCheckpoint(FileStream file, FileFaults faults)
{
    private const long Protocol = 1001;

    private readonly Dictionary<string, Place> places = [];
    private readonly Lock gate = new();

    /// <summary>The value that the file holds. Its tensors read from the file, which must then stay open.</summary>
    public object? Read()
    {
        var cursor = new PickleCursor(file, faults);
        _ = Plain(cursor);      // the magic number, by which the format was told
        if (Plain(cursor) is not Protocol) throw faults.Damaged($"its protocol is not {Protocol}.");
        if (Plain(cursor) is not PickleDictionary) throw faults.Damaged("it does not say on which system it was written.");
        var value = Unpickler.Read(cursor, faults, FindStorage);
        if (Plain(cursor) is not List<object?> keys) throw faults.Damaged("it does not list the keys of its storages.");
        LayOut(keys, cursor.Position);
        return value;
    }

    private object? Plain(PickleCursor cursor) => Unpickler.Read(cursor, faults, (_, _, _) => throw faults.Damaged("it names a storage where none can be."));

    private TensorStorage FindStorage(string key, torch.ScalarType type, long elements)
    {
        if (places.ContainsKey(key)) throw faults.Damaged($"its storage '{FileFaults.Printable(key)}' has two types.");
        var place = new Place(type, elements);
        places[key] = place;
        return new TensorStorage(faults, bigEndian: false, () => new FileSlice(file, place.Start, (long)place.Bytes), gate);
    }

    private void LayOut(List<object?> keys, long position)
    {
        Span<byte> count = stackalloc byte[8];
        foreach (var key in keys)
        {
            if (key is not string name || !places.TryGetValue(name, out var place) || place.Start > 0)
                throw faults.Damaged($"it lists a storage '{FileFaults.Printable($"{key}")}' that no tensor names, or lists it twice.");
            file.Position = position;
            file.ReadExactly(count);
            var elements = BinaryPrimitives.ReadInt64LittleEndian(count);
            if (elements != place.Elements)
                throw faults.Damaged($"its storage '{FileFaults.Printable(name)}' has {elements:N0} elements, expected {place.Elements:N0}.");
            place.Start = position + count.Length;
            if (place.Bytes > file.Length - place.Start)
                throw faults.Damaged($"its storage '{FileFaults.Printable(name)}' needs {place.Bytes:N0} bytes, {file.Length - place.Start:N0} are left.");
            position = place.Start + (long)place.Bytes;
        }

        if (places.FirstOrDefault(entry => entry.Value.Start == 0).Key is { } missing)
            throw faults.Damaged($"its storage '{FileFaults.Printable(missing)}' is not there.");
        if (position != file.Length) throw faults.Damaged($"{file.Length - position:N0} bytes follow the end of its last storage.");
    }

    /// <summary>A storage that the value names; where it begins is known when the value is read.</summary>
    private sealed class Place(torch.ScalarType type, long elements)
    {
        public long Elements => elements;

        public long Start { get; set; }

        public Int128 Bytes => (Int128)elements * ElementType.Size(type);
    }
}
