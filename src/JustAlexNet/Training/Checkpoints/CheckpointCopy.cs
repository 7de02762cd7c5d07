using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What a checkpoint holds, copied: it can be written by another thread while the originals go on changing.</summary>
/// <remarks>
/// Every tensor lies in the computer's memory in the order of the file, so that nobody computes with it again. The memory, as much as the checkpoint, is kept from one copy to the next.
/// Copies are taken by one thread, and only when the one before is written.
/// </remarks>
internal sealed class CheckpointCopy : IDisposable
{
    private readonly List<Tensor> memory = [];
    private int used;

    /// <summary>Copies the present state of a run. The host waits for the device.</summary>
    /// <param name="state">Between two steps or epochs.</param>
    /// <param name="identity">What does not change during a run.</param>
    /// <returns>For <see cref="TorchFile.Write(string, PickleDictionary)"/>; valid until the next copy.</returns>
    public PickleDictionary Take(CheckpointState state, CheckpointIdentity identity)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        used = 0;
        return (PickleDictionary)Copied(Checkpoint.Compose(state, identity))!;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (var tensor in memory) tensor.Dispose();
        memory.Clear();
    }

    private object? Copied(object? value)
    {
        switch (value)
        {
            case PickleDictionary dictionary:
                var entries = new PickleDictionary(dictionary.IsOrderedDict);
                foreach (var (key, entry) in dictionary) entries.Add(key, Copied(entry));
                return entries;
            case List<object?> list: return list.Select(Copied).ToList();
            case Tensor tensor: return Copied(tensor);
            default: return value;
        }
    }

    private Tensor Copied(Tensor tensor)
    {
        if (used == memory.Count) memory.Add(Room(tensor));
        else if (memory[used].dtype != tensor.dtype || !memory[used].shape.SequenceEqual(tensor.shape))
        {
            memory[used].Dispose();
            memory[used] = Room(tensor);
        }
        return memory[used++].copy_(tensor);
    }

    private static Tensor Room(Tensor tensor) => empty(tensor.shape, dtype: tensor.dtype).DetachFromDisposeScope();
}
