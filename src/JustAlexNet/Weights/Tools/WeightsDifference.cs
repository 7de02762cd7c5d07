using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>How two state dictionaries differ, tensor by tensor.</summary>
public sealed class WeightsDifference
{
    private const long Piece = 1 << 20;      // values in double precision at once, several times over

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
        using var a = left.ToTensor();
        using var b = right.ToTensor();
        return difference with { Largest = Largest(a, b) };
    }

    private static double Largest(torch.Tensor a, torch.Tensor b)
    {
        using var left = a.view(-1);
        using var right = b.view(-1);
        var largest = 0.0;
        for (var start = 0L; start < left.shape[0] && !double.IsNaN(largest); start += Piece)
        {
            using var scope = torch.NewDisposeScope();
            var length = Math.Min(Piece, left.shape[0] - start);
            largest = Math.Max(largest, OfPiece(left.narrow(0, start, length), right.narrow(0, start, length)));      // Math.Max keeps NaN
        }

        return largest;
    }

    private static double OfPiece(torch.Tensor a, torch.Tensor b)
    {
        var wide = a.is_complex() || b.is_complex() ? torch.ScalarType.ComplexFloat64
            : a.is_floating_point() || b.is_floating_point() ? torch.ScalarType.Float64
            : torch.ScalarType.Int64;       // double precision cannot tell large integers apart
        var (x, y) = (a.to(wide), b.to(wide));
        var same = x.eq(y).logical_or(x.isnan().logical_and(y.isnan()));        // infinities and NaN in the same place are no difference
        return x.sub(y).abs().masked_fill(same, 0).max().to(torch.ScalarType.Float64).item<double>();
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
