namespace JustAlexNet.Imaging.Resizing;

/// <summary>One axis of a resize: from how many pixels to how many, and which of them are wanted.</summary>
/// <param name="Source">Pixels before.</param>
/// <param name="Target">Pixels after, all of them.</param>
/// <param name="First">The first pixel wanted of those after.</param>
/// <param name="Count">How many are wanted.</param>
/// <param name="Interpolation">The kernel.</param>
internal readonly record struct AxisKey(int Source, long Target, long First, int Count, Interpolation Interpolation)
{
    /// <summary>Whether nothing changes along this axis, so that Pillow skips its pass (a skipped pass is exact, a computed one need not be).</summary>
    public bool IsIdentity => Source == Target;
}
