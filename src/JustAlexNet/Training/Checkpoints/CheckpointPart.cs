namespace JustAlexNet.Training;

/// <summary>What one owner keeps in a checkpoint: it writes and reads its own entry.</summary>
internal interface ICheckpointPart
{
    /// <summary>The entry's key in the file.</summary>
    string Name { get; }

    /// <summary>The present state: plain values and tensors, which stay the owner's.</summary>
    object? Write();

    /// <summary>Takes over what <see cref="Write"/> gave.</summary>
    /// <param name="stored">The entry's value.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <exception cref="Weights.WeightsException">The value has another form.</exception>
    void Read(object? stored, string source);
}

/// <summary>A part whose owner writes and reads by functions.</summary>
/// <param name="Name">The entry's key.</param>
/// <param name="Writing">See <see cref="ICheckpointPart.Write"/>.</param>
/// <param name="Reading">See <see cref="ICheckpointPart.Read"/>.</param>
internal sealed record CheckpointPart(string Name, Func<object?> Writing, Action<object?, string> Reading) : ICheckpointPart
{
    public object? Write() => Writing();

    public void Read(object? stored, string source) => Reading(stored, source);

    /// <summary>A part that is a dictionary.</summary>
    public static CheckpointPart Of(string name, Func<Weights.PickleDictionary> write, Action<Weights.PickleDictionary, string> read) => new(name, write, (stored, source) =>
        read(stored as Weights.PickleDictionary ?? throw new Weights.WeightsException($"'{name}' of {source} is {Weights.PickleKind.Of(stored)}, expected a dictionary.") { Path = source }, source));
}
