using JustAlexNet.Files;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runs.Tests;

public sealed class CheckpointRoomTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Two_names_of_one_checkpoint_free_its_bytes_once()
    {
        var folder = new RunFolder(scratch.Folder);
        File.WriteAllBytes(folder.Previous, new byte[100]);
        File.WriteAllBytes(folder.Best, new byte[100]);
        File.SetLastWriteTimeUtc(folder.Previous, DateTime.UnixEpoch);
        AtomicFile.Share(folder.Best, folder.Latest);
        Assert.Equal(10 + 200, CheckpointRoom.FreeIn(folder, _ => 10));
        Assert.Null(CheckpointRoom.FreeIn(folder, _ => null));
    }
}
