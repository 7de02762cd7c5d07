using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>The side of training pictures by epoch: one for all of them, or several in turn (progressive resizing: small pictures first, which take less time). Immutable, thread-safe.</summary>
/// <remarks>Written <c>224</c>, or <c>128@1,176@5</c>: 128 pixels from the first epoch, 176 from the fifth. Equal where all sides and epochs are. Howard et al., DAWNBench 2018; Tan and Le, arXiv 2104.00298.</remarks>
public sealed class ImageSizes : IEquatable<ImageSizes>
{
    private readonly (int Side, int FromEpoch)[] stages;

    /// <summary>One side for all epochs.</summary>
    /// <param name="side">Pixels.</param>
    public ImageSizes(int side) => stages = [(side, 1)];

    /// <summary>Several sides.</summary>
    /// <param name="stages">A side in pixels and the epoch, counted from 1, that it begins with: the first with 1, the others in ascending order.</param>
    /// <exception cref="ArgumentException">The epochs do not begin with 1, or do not ascend.</exception>
    public ImageSizes(params (int Side, int FromEpoch)[] stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (!Ascend(stages)) throw new ArgumentException("The first size begins with epoch 1, every other with a later one than the size before it.", nameof(stages));
        this.stages = [.. stages];
    }

    /// <summary>One side for all epochs.</summary>
    public static implicit operator ImageSizes(int side) => new(side);

    /// <summary>Every side with the epoch, counted from 1, that it begins with; in their order.</summary>
    public IReadOnlyList<(int Side, int FromEpoch)> Stages => stages;

    /// <summary>The side of the last epochs in pixels: what validation, prediction and the checkpoint have all the time.</summary>
    public int Last => stages[^1].Side;

    /// <summary>Whether there are several.</summary>
    public bool Vary => stages.Length > 1;

    /// <summary>The side in pixels of an epoch, counted from 1.</summary>
    public int Of(int epoch) => stages.Last(stage => stage.FromEpoch <= Math.Max(1, epoch)).Side;

    /// <inheritdoc/>
    public bool Equals(ImageSizes? other) => other is not null && stages.AsSpan().SequenceEqual(other.stages);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ImageSizes);

    /// <inheritdoc/>
    public override int GetHashCode() => stages.Aggregate(0, HashCode.Combine);

    /// <summary>As it is written on a line.</summary>
    public override string ToString() => Vary ? string.Join(',', stages.Select(stage => FormattableString.Invariant($"{stage.Side}@{stage.FromEpoch}"))) : FormattableString.Invariant($"{Last}");

    internal static bool Ascend(IReadOnlyList<(int Side, int FromEpoch)> stages) =>
        stages.Count > 0 && stages[0].FromEpoch == 1 && stages.Zip(stages.Skip(1)).All(pair => pair.First.FromEpoch < pair.Second.FromEpoch);
}

/// <summary>A side, or sides with the epochs they begin with; in files a number or a text.</summary>
internal sealed class ImageSizesKind(ValueKind<int> side) : ValueKind<ImageSizes>
{
    private const string Example = "sizes with the epochs they begin with, such as 128@1,176@5";

    internal override string Expected => $"{side.Expected}, or {Example}";
    internal override string Names(string? unit) => unit ?? "PIXELS";
    internal override string Write(ImageSizes value) => value.ToString();
    internal override object ToPlain(ImageSizes value) => value.Vary ? value.ToString() : side.ToPlain(value.Last);
    internal override bool Allows(ImageSizes value) => value.Stages.All(stage => side.Allows(stage.Side));
    internal override string? Why(ImageSizes value) => value.Stages.Select(stage => side.Why(stage.Side)).FirstOrDefault(why => why is not null);
    internal override string Refusal(string text) => text.Contains('@') ? $"is '{text}', expected {Example}: the first from epoch 1, every other from a later one" : $"{side.Refusal(text)}, or {Example}";

    internal override bool TryParse(string text, out ImageSizes value)
    {
        value = 0;
        if (side.TryParse(text, out var one))
        {
            value = one;
            return true;
        }
        var stages = new List<(int, int)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('@') is not [var pixels, var epoch] || !side.TryParse(pixels, out var size) || !side.TryParse(epoch, out var from)) return false;
            stages.Add((size, from));
        }
        if (!ImageSizes.Ascend(stages)) return false;
        value = new([.. stages]);
        return true;
    }

    internal override bool TryRead(object? plain, out ImageSizes value)
    {
        value = 0;
        if (plain is string text) return TryParse(text, out value);
        var fine = side.TryRead(plain, out var one);
        if (fine) value = one;
        return fine;
    }
}
