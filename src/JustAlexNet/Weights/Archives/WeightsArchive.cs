using System.Collections.ObjectModel;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Weights.Archives;

/// <summary>An open file of weights of any format; tensors of <see cref="Root"/> read from it as long as it is not disposed.</summary>
internal sealed class WeightsArchive : IDisposable
{
    private readonly IDisposable file;

    private WeightsArchive(WeightsFormat format, object? root, IReadOnlyDictionary<string, string> metadata, IDisposable file)
    {
        (Format, Root, Metadata, this.file) = (format, root, metadata, file);
    }

    public WeightsFormat Format { get; }

    /// <summary>The value that <c>torch.save</c> was given; for safetensors an ordered dictionary of tensors.</summary>
    public object? Root { get; }

    /// <summary>Texts beside the tensors of a safetensors file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file, checks all of it and words what goes wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="require">Throws where the format is not wanted.</param>
    public static WeightsArchive Open(string path, Action<WeightsFormat, FileFaults>? require = null)
    {
        var faults = new FileFaults(path);
        try
        {
            if (Directory.Exists(path)) throw faults.Unreadable("it is a folder.", "Name a file of weights.");
            return Open(faults, require);
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

    public void Dispose() => file.Dispose();

    private static WeightsArchive Open(FileFaults faults, Action<WeightsFormat, FileFaults>? require)
    {
        if (SpecialFile.Is(faults.Path)) throw faults.Unreadable("it is a pipe or a device, not a file.", "Name a file of weights.");        // before opening, which could wait for ever
        var file = new FileStream(faults.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var format = FileFormat.Of(file, faults);
            require?.Invoke(format, faults);
            switch (format)
            {
                case WeightsFormat.TorchLegacy:
                    return new(format, new LegacyCheckpoint(file, faults).Read(), ReadOnlyDictionary<string, string>.Empty, file);
                case WeightsFormat.Safetensors:
                    var (tensors, metadata) = SafetensorsReader.Read(file, faults);
                    return new(format, tensors, metadata, file);
                default:
                    var archive = new ZipCheckpoint(file, faults);
                    return new(format, archive.Read(), ReadOnlyDictionary<string, string>.Empty, archive);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
