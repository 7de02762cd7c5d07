namespace JustAlexNet.Imaging;

/// <summary>How a picture of any size becomes a square: <see cref="Squash"/> or <see cref="ShorterSideCrop"/>, and nothing else.</summary>
public abstract record Geometry
{
    private protected Geometry()
    {
    }

    /// <summary>S, where the result is S x S pixels.</summary>
    public abstract int ResultSide { get; }
}

/// <summary>The whole picture is resized to a square; proportions are lost. torchvision's <c>Resize((side, side))</c>.</summary>
public sealed record Squash : Geometry
{
    /// <param name="side">Columns and rows of the result, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public Squash(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        Side = side;
    }

    /// <summary>Columns and rows of the result.</summary>
    public int Side { get; }

    /// <inheritdoc/>
    public override int ResultSide => Side;
}

/// <summary>
/// The shorter side is resized to one length, the longer in proportion, cut down to a whole number; then a square is taken from the middle.
/// torchvision's <c>Resize(resizeSide)</c> and <c>CenterCrop(cropSide)</c>: a picture smaller than the square gets a black border.
/// </summary>
public sealed record ShorterSideCrop : Geometry
{
    /// <param name="resizeSide">Length of the shorter side after resizing, 1 or more.</param>
    /// <param name="cropSide">Columns and rows of the result, 1 or more; usually the smaller of the two.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public ShorterSideCrop(int resizeSide, int cropSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resizeSide, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cropSide, 1);
        ResizeSide = resizeSide;
        CropSide = cropSide;
    }

    /// <summary>Length of the shorter side after resizing.</summary>
    public int ResizeSide { get; }

    /// <summary>Columns and rows of the result.</summary>
    public int CropSide { get; }

    /// <inheritdoc/>
    public override int ResultSide => CropSide;
}
