using System.Diagnostics.CodeAnalysis;
using JustAlexNet.Files;
using JustAlexNet.Weights.Archives;
using JustAlexNet.Weights.Pickling;

namespace JustAlexNet.Weights;

/// <summary>Files of PyTorch's <c>torch.save</c>: reads them without running anything of theirs, and writes what <c>torch.load(path, weights_only=True)</c> opens.</summary>
/// <remarks>
/// A value is null, <see cref="bool"/>, <see cref="long"/> (<see cref="System.Numerics.BigInteger"/> beyond 64 bits), <see cref="double"/>, <see cref="string"/>,
/// <c>List&lt;object?&gt;</c>, <see cref="PickleTuple"/>, <see cref="PickleDictionary"/>, a dtype (<see cref="TorchSharp.torch.ScalarType"/>) or
/// <see cref="StoredTensor"/>. Writing takes <see cref="int"/>, <see cref="float"/>, any <c>IReadOnlyList&lt;object?&gt;</c> and
/// <see cref="TorchSharp.torch.Tensor"/> (any device, any layout in memory) too. Reading gives a file of <c>torch.save</c> as it stands: prefixes and nesting are the caller's.
/// </remarks>
public static class TorchFile
{
    /// <summary>
    /// Reads a file and checks all of it: the archive's directory, the CRC-32 of every entry, the SHA-256 of all where it has one, the pickle, every tensor's place in its storage.
    /// </summary>
    /// <param name="path">A file in PyTorch's zip format (1.6 and newer), or in the one before, which has no checksums. <see cref="WeightsFile"/> reads .safetensors too.</param>
    /// <returns>The value saved: a <see cref="PickleDictionary"/> for state dictionaries and training checkpoints. Values of tensors are read later, by <see cref="StoredTensor.ToTensor"/>.</returns>
    /// <exception cref="WeightsException">No such file, another format, truncated or damaged, or it asks for anything but plain values and tensors.</exception>
    public static object? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return WeightsArchive.Open(path, RequireTorch).Root;
    }

    /// <summary>Whether <see cref="Read"/> would accept the file: a complete, undamaged file of weights. Reads the file once and holds none of it in memory.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="why">What is wrong with it; null when it is whole.</param>
    public static bool IsWhole(string path, [NotNullWhen(false)] out string? why)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            WeightsArchive.Open(path, RequireTorch).Dispose();
            why = null;
        }
        catch (WeightsException e)
        {
            why = e.Message;
        }

        return why is null;
    }

    /// <summary>
    /// Writes a file that PyTorch opens with <c>weights_only=True</c>: first beside its place, flushed to the disk, then renamed, so that
    /// <paramref name="path"/> is at every moment the old file or the new one. Equal content gives equal bytes. The archive's comment is the SHA-256 of its contents, which <see cref="Read"/> compares.
    /// </summary>
    /// <param name="path">The file to make or to replace; its folder exists.</param>
    /// <param name="root">The value; tensors stay the caller's. Shared tensors (the same object twice) are written once.</param>
    /// <exception cref="WeightsException">The file cannot be written (folder, permission, space); nothing is left of the attempt.</exception>
    /// <exception cref="ArgumentException">A value is of a kind that cannot be written, or contains itself; the message says where it stands.</exception>
    public static void Write(string path, PickleDictionary root) => Write(path, root, replacing: null);

    /// <param name="path">The file to make or to replace.</param>
    /// <param name="root">The value.</param>
    /// <param name="replacing">Called when the new content is on the disk, while an older file still stands in its place.</param>
    internal static void Write(string path, PickleDictionary root, Action? replacing)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(root);
        var pickler = Pickler.Of(root);
        FileReplacement.Write(path, file => ZipCheckpointWriter.Write(file, pickler), replacing);
    }

    private static void RequireTorch(WeightsFormat format, FileFaults faults)
    {
        if (format == WeightsFormat.Safetensors) throw faults.Unreadable("it is a safetensors file, not one of torch.save.", "Convert it: justalexnet weights convert FILE.safetensors FILE.pth.");
    }
}

/// <summary>The files of this room, whole at every moment.</summary>
internal static class FileReplacement
{
    /// <summary>Replaces a file, see <see cref="AtomicFile"/>.</summary>
    /// <exception cref="WeightsException">Folder, permission or space is missing.</exception>
    public static void Write(string path, Action<Stream> content, Action? replacing = null)
    {
        try
        {
            AtomicFile.Write(path, content, replacing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot write {path}: {WriteFault.Reason(e, path)}\n  {WriteFault.Advice(e, path, "name another place")}; what stood there before is untouched.", e) { Path = path };
        }
    }
}
