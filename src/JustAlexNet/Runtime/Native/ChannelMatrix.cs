namespace JustAlexNet.Runtime.Native;

/// <summary>Channels-last memory as rows (a pixel each) of neighbouring channels; a part of the channels of a wider tensor, if the step is larger than their number.</summary>
/// <param name="Start">The first value.</param>
/// <param name="Step">Values from one row to the next.</param>
internal readonly unsafe record struct ChannelMatrix(nint Start, long Step)
{
    /// <summary>The address of a row.</summary>
    public T* Row<T>(long row) where T : unmanaged => (T*)Start + row * Step;

    /// <summary>The same rows, beginning at a later channel.</summary>
    public ChannelMatrix From<T>(int channel) where T : unmanaged => this with { Start = Start + (nint)channel * sizeof(T) };
}
