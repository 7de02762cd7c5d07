using System.Numerics;
using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>What the values of a pickle are called in messages.</summary>
internal static class PickleKind
{
    public static string Of(object? value) => value is null ? "None" : Of(value.GetType());

    public static string Of(Type type) =>
        type == typeof(string) ? "a string"
        : type == typeof(long) || type == typeof(int) || type == typeof(BigInteger) ? "an integer"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(bool) ? "a boolean"
        : type == typeof(PickleDictionary) ? "a dictionary"
        : type == typeof(PickleTuple) ? "a tuple"
        : type == typeof(List<object?>) ? "a list"
        : type == typeof(StoredTensor) || typeof(torch.Tensor).IsAssignableFrom(type) ? "a tensor"
        : type == typeof(torch.ScalarType) ? "a dtype"
        : $"a {type.Name}";
}
