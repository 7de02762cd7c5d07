using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>What every checkpoint of a run has in common.</summary>
/// <param name="Classes">Names in the order of the logits.</param>
/// <param name="Preprocessing">As validation uses it.</param>
/// <param name="Options">Every resolved option by its name on the command line.</param>
/// <param name="Data">What it is trained on.</param>
internal sealed record CheckpointIdentity(
    IReadOnlyList<string> Classes, Preprocessing Preprocessing, IReadOnlyDictionary<string, object> Options, DataRecord Data)
{
    /// <summary>See <see cref="Checkpoint.DisplayNames"/>.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames { get; init; } = new Dictionary<string, string>();
}

/// <summary>What changes during a run, as a checkpoint takes it.</summary>
/// <param name="Network">Its state is written; stays the caller's.</param>
/// <param name="Position">How far the run is.</param>
/// <param name="Parts">What the owners write.</param>
internal sealed record CheckpointState(Models.Network Network, TrainingPosition Position, IReadOnlyList<ICheckpointPart> Parts)
{
    /// <summary>The present state of a loop.</summary>
    public static CheckpointState Of(Trainer trainer) => new(trainer.Network, trainer.Position, trainer.Parts);

    /// <summary>A network whose head has learned without a loop: every part of one, but nothing goes on from it.</summary>
    /// <param name="network">Its state is written; stays the caller's.</param>
    /// <param name="epoch">The epoch that the head is of.</param>
    /// <param name="best">The best epoch.</param>
    /// <param name="history">The finished epochs.</param>
    public static CheckpointState OfHead(Models.Network network, int epoch, EpochRecord best, IReadOnlyList<EpochRecord> history)
    {
        var position = new TrainingPosition(epoch, 0);
        return new(network, position,
        [
            Finished("optimizer_state_dict", () => new PickleDictionary { { "state", new PickleDictionary() }, { "param_groups", new List<object?>() } }), Finished("scaler_state_dict", () => null),
            Finished("data_position", () => CheckpointEntries.ToPickle(position, EpochSums.None)), Finished("best", () => CheckpointEntries.ToPickle(best)),
            Finished("schedule", new LearningRateScheduler(new ConstantRate(), 1, 1, 1).Write), Finished("random_states", () => new PickleDictionary { { "cpu", Runtime.RandomState.Capture() } }),
            Finished("history", () => history.Select(record => (object?)CheckpointEntries.ToPickle(record)).ToList()),
        ]);
    }

    private static CheckpointPart Finished(string name, Func<object?> write) => new(name, write, (_, source) => throw new WeightsException($"{source} holds a finished run, there is nothing to go on with.") { Path = source });
}

/// <summary>What one owner keeps in a checkpoint: it writes and reads its own entry.</summary>
internal interface ICheckpointPart
{
    /// <summary>The entry's key in the file.</summary>
    string Name { get; }

    /// <summary>Whether files from before there was such a part are read without it. Default false.</summary>
    bool MayBeMissing => false;

    /// <summary>The present state: plain values and tensors, which stay the owner's.</summary>
    object? Write();

    /// <summary>Takes over what <see cref="Write"/> gave.</summary>
    /// <param name="stored">The entry's value.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <exception cref="WeightsException">The value has another form.</exception>
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
    public static CheckpointPart Of(string name, Func<PickleDictionary> write, Action<PickleDictionary, string> read) => new(name, write, (stored, source) =>
        read(stored as PickleDictionary ?? throw new WeightsException($"'{name}' of {source} is {PickleKind.Of(stored)}, expected a dictionary.") { Path = source }, source));
}
