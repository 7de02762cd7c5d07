namespace JustAlexNet.Bench.Sides;

/// <summary>A side that cannot run here, with the reason; the comparison goes on without it.</summary>
internal sealed class CannotRunException(string reason) : Exception(reason);
