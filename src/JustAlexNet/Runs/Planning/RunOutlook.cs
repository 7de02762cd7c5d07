namespace JustAlexNet.Runs;

/// <summary>What a run will take, told before its first step.</summary>
/// <param name="Epochs">Passes over the training pictures, those of an earlier part of the run included.</param>
/// <param name="StepsPerEpoch">Batches of each; 0 where a head learns from features, without a network.</param>
/// <param name="Memory">Bytes at the height of a step, the program included; null where they are not estimated (on a GPU, or with a network in an .onnx file).</param>
/// <param name="MemoryThere">Bytes that there are for this process; null where that is not known.</param>
/// <param name="Checkpoint">Bytes of one checkpoint; null for a head that leaves an .onnx file.</param>
/// <param name="Checkpoints">How many stand on the disk at its height, the one that is being written included.</param>
/// <param name="DiskFree">Bytes that are free there, with those of files that will be replaced; null where that is not known.</param>
public sealed record RunOutlook(int Epochs, int StepsPerEpoch, long? Memory, long? MemoryThere, long? Checkpoint, int Checkpoints, long? DiskFree)
{
    /// <summary>Steps of all epochs.</summary>
    public long Steps => (long)Epochs * StepsPerEpoch;
}
