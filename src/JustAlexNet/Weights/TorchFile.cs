using System.Diagnostics.CodeAnalysis;
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
    /// <summary>Reads a file and checks all of it: the archive's directory, the CRC-32 of every entry, the pickle, every tensor's place in its storage.</summary>
    /// <param name="path">A file in PyTorch's zip format (PyTorch 1.6 and newer).</param>
    /// <returns>The value saved: a <see cref="PickleDictionary"/> for state dictionaries and training checkpoints. Values of tensors are read later, by <see cref="StoredTensor.ToTensor"/>.</returns>
    /// <exception cref="WeightsException">No such file, another format, truncated or damaged, or it asks for anything but plain values and tensors.</exception>
    public static object? Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Guarded(path, faults => Open(faults).Read());
    }

    /// <summary>Whether <see cref="Read"/> would accept the file: a complete, undamaged file of weights. Reads the file once and holds none of it in memory.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="why">What is wrong with it; null when it is whole.</param>
    public static bool IsWhole(string path, [NotNullWhen(false)] out string? why)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Guarded(path, faults =>
            {
                using var archive = Open(faults);
                return archive.Read();
            });
            why = null;
        }
        catch (WeightsException e)
        {
            why = e.Message;
        }

        return why is null;
    }

    /// <summary>
    /// Writes a file that PyTorch opens with <c>weights_only=True</c>: first beside its place (<c>path.tmp</c>), flushed to the disk, then renamed, so that
    /// <paramref name="path"/> is at every moment the old file or the new one. Equal content gives equal bytes.
    /// </summary>
    /// <param name="path">The file to make or to replace; its folder exists.</param>
    /// <param name="root">The value; tensors stay the caller's. Shared tensors (the same object twice) are written once.</param>
    /// <exception cref="WeightsException">The file cannot be written (folder, permission, space); nothing is left of the attempt.</exception>
    /// <exception cref="ArgumentException">A value is of a kind that cannot be written, or contains itself; the message says where it stands.</exception>
    public static void Write(string path, PickleDictionary root)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(root);
        var pickler = Pickler.Of(root);
        AtomicFile.Write(path, file => ZipCheckpointWriter.Write(file, pickler));
    }

    private static ZipCheckpoint Open(FileFaults faults)
    {
        var file = new FileStream(faults.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            if (!file.CanSeek) throw faults.Unreadable("it is a pipe or a device, not a file.", "Name a file of weights.");
            FileFormat.RequireZip(file, faults);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new ZipCheckpoint(file, faults);
    }

    private static object? Guarded(string path, Func<FileFaults, object?> read)
    {
        var faults = new FileFaults(path);
        try
        {
            if (Directory.Exists(path)) throw faults.Unreadable("it is a folder.", "Name a file of weights.");
            return read(faults);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw faults.Unreadable("there is no such file.", "Name a file of weights, for example checkpoints/best_model.pth.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw faults.Unreadable("permission is denied.", "Make the file readable for this user.", e);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw faults.Damaged("it ends too early or cannot be unpacked.", e);
        }
        catch (IOException e)
        {
            throw faults.Unreadable(e.Message, "Check the disk, and that no other program is writing the file.", e);
        }
    }
}
