using System.Security.Cryptography;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Serving;

/// <summary>From a file to a model that is warm.</summary>
/// <param name="parts">The server's.</param>
/// <param name="open">Opens a file, with so many threads a batch.</param>
internal sealed class ModelLoader(ServerParts parts, Func<string, int, ServedNetwork> open)
{
    private const int WarmUpRuns = 3;       // the first takes 1.3 to 2 times as long as the third

    /// <summary>Opens, hashes and warms up; whatever fails, nothing stays in memory.</summary>
    /// <exception cref="JustAlexNetException">The file cannot be used, or changed while it was read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async Task<(ServedModel Model, FileStamp Stamp)> LoadAsync(ModelPlace place, CancellationToken stop)
    {
        var stamp = FileStamp.Of(place.Path) ?? throw new ModelLoadException($"{place.Path}: there is no such file.\nName an .onnx file.");
        if (SpecialFile.Is(place.Path)) throw new ModelLoadException($"{place.Path} is a pipe, a socket or a device, expected a file.\nName an .onnx file.");
        var sha256 = await HashAsync(place.Path, stop).ConfigureAwait(false);
        var model = new ServedModel(place.Name, place.Version, sha256, await Task.Run(() => open(place.Path, parts.Options.BatchThreads), stop).ConfigureAwait(false), parts);
        try
        {
            if (FileStamp.Of(place.Path) != stamp) throw new ModelLoadException($"{place.Path} changed while it was read.\nIt is read again when it stands still; a file that is moved into place never shows this.");
            stop.ThrowIfCancellationRequested();
            await model.WarmUpAsync(WarmUpRuns).ConfigureAwait(false);
            return (model, stamp);
        }
        catch (ServingException e)
        {
            model.Release();
            throw new ModelLoadException($"{place.Path} does not run: {(e.InnerException ?? e).Message.Split('\n')[0]}\nExport the network again.", e);
        }
        catch
        {
            model.Release();
            throw;
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken stop)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop).ConfigureAwait(false));
    }
}
