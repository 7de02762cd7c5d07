using TorchSharp;

namespace JustAlexNet.Weights.Pickling;

/// <summary>What a persistent id leads to: a storage seen as elements of one type, or so many of them from <c>Start</c> on.</summary>
internal sealed record StorageReference(TensorStorage Storage, torch.ScalarType Type, long Elements, long Start = 0);

/// <summary>Finds the storage of a persistent id, or throws a <see cref="WeightsException"/>.</summary>
/// <param name="key">The storage's name in its file.</param>
/// <param name="type">The type that its elements are seen as.</param>
/// <param name="elements">How many elements the pickle says it has: not negative, otherwise unchecked.</param>
internal delegate TensorStorage FindStorage(string key, torch.ScalarType type, long elements);
