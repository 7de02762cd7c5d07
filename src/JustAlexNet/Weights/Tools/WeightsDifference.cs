using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>How two state dictionaries differ, tensor by tensor.</summary>
public sealed class WeightsDifference
{
    private WeightsDifference(StateDictionary left, StateDictionary right)
    {
        OnlyLeft = [.. left.Tensors.Keys.Where(name => !right.Tensors.ContainsKey(name))];
        OnlyRight = [.. right.Tensors.Keys.Where(name => !left.Tensors.ContainsKey(name))];
        Tensors = [.. left.Tensors.Where(entry => right.Tensors.ContainsKey(entry.Key)).Select(entry => Compare(entry.Key, entry.Value, right.Tensors[entry.Key]))];
    }

    /// <summary>Compares all entries; reads one tensor of each side at a time.</summary>
    /// <exception cref="WeightsException">A file can no longer be read.</exception>
    public static WeightsDifference Between(StateDictionary left, StateDictionary right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(left, right);
    }

    /// <summary>Names that the right side lacks.</summary>
    public IReadOnlyList<string> OnlyLeft { get; }

    /// <summary>Names that the left side lacks.</summary>
    public IReadOnlyList<string> OnlyRight { get; }

    /// <summary>The tensors of both sides, in the left side's order, the equal ones too.</summary>
    public IReadOnlyList<TensorDifference> Tensors { get; }

    /// <summary>Whether both have the same names, shapes, dtypes and values.</summary>
    public bool IsEqual => OnlyLeft.Count + OnlyRight.Count == 0 && Tensors.All(tensor => tensor.IsEqual);

    private static TensorDifference Compare(string name, StoredTensor left, StoredTensor right)
    {
        var difference = new TensorDifference(name, ElementType.Name(left.Type), ElementType.Name(right.Type), left.Shape, right.Shape, null);
        if (!left.Shape.SequenceEqual(right.Shape)) return difference;
        using var scope = torch.NewDisposeScope();
        var (a, b) = (left.ToTensor(), right.ToTensor());
        return difference with { Largest = a.numel() == 0 ? 0 : Largest(a, b) };
    }

    private static double Largest(torch.Tensor a, torch.Tensor b)
    {
        var wide = a.is_complex() || b.is_complex() ? torch.ScalarType.ComplexFloat64 : torch.ScalarType.Float64;
        if (a.dtype == b.dtype && a.equal(b).all().item<bool>()) return 0;
        var (x, y) = (a.to(wide), b.to(wide));
        var same = x.eq(y).logical_or(x.isnan().logical_and(y.isnan()));        // infinities and NaN in the same place are no difference
        return torch.where(same, torch.zeros(1, torch.ScalarType.Float64), x.sub(y).abs()).max().item<double>();
    }
}

/// <summary>A tensor of both sides.</summary>
/// <param name="Name">The entry.</param>
/// <param name="LeftType">The left side's dtype.</param>
/// <param name="RightType">The right side's dtype.</param>
/// <param name="LeftShape">The left side's shape.</param>
/// <param name="RightShape">The right side's shape.</param>
/// <param name="Largest">The largest absolute difference of two values, computed in double precision; NaN where one side alone has a NaN; null where shapes differ.</param>
public sealed record TensorDifference(string Name, string LeftType, string RightType, IReadOnlyList<long> LeftShape, IReadOnlyList<long> RightShape, double? Largest)
{
    /// <summary>Same dtype, shape and values (NaN counts as equal to NaN, 0 to -0).</summary>
    public bool IsEqual => LeftType == RightType && Largest == 0;
}
