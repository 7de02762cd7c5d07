using System.IO.Compression;
using System.Text;
using JustAlexNet.Weights.Pickling;
using TorchSharp;

namespace JustAlexNet.Weights.Archives;

/// <summary>PyTorch's zip format: <c>NAME/data.pkl</c>, the storages <c>NAME/data/KEY</c>, <c>NAME/byteorder</c>.</summary>
internal sealed class ZipCheckpoint : IDisposable
{
    private const long MaxPickle = 256 << 20;

    private readonly ZipArchive archive;
    private readonly FileFaults faults;
    private readonly Lock gate = new();
    private readonly ZipDirectory entries;
    private readonly string folder;
    private readonly bool bigEndian;

    /// <summary>Opens the archive and checks its directory and the content of every entry. Takes the stream over, also when it throws.</summary>
    public ZipCheckpoint(FileStream file, FileFaults faults)
    {
        this.faults = faults;
        try
        {
            archive = new ZipArchive(file, ZipArchiveMode.Read);
            entries = new ZipDirectory(archive, file.Length, faults);
            folder = FindRoot();
            entries.CheckContents();
            bigEndian = IsBigEndian();
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw faults.Damaged("its zip archive is truncated or has no readable directory.", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The value that the archive holds. Its tensors read from the archive, which must then not be disposed.</summary>
    public object? Read()
    {
        var pickle = entries.Bytes(folder + "data.pkl", MaxPickle);
        var value = Unpickler.Read(pickle, faults, FindStorage, out var length);
        return length == pickle.Length ? value : throw faults.Damaged($"{pickle.Length - length:N0} bytes follow the end of its pickle.");
    }

    public void Dispose() => archive.Dispose();

    private string FindRoot()
    {
        var pickles = entries.Names.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.IndexOf('/') == name.Length - 9).ToList();
        if (pickles.Count != 1)
            throw faults.Unreadable("it is a zip archive, but not one of torch.save (no NAME/data.pkl).", "Expected a file of torch.save(model.state_dict(), path).");
        var root = pickles[0][..^"data.pkl".Length];
        if (entries.Names.Any(name => name == root + "constants.pkl" || name.StartsWith(root + "code/", StringComparison.Ordinal)))
            throw faults.Refused("TorchScript, a program (torch.jit.save)");
        return root;
    }

    private bool IsBigEndian()
    {
        if (!entries.Names.Contains(folder + "byteorder")) return false;    // before PyTorch 2.1
        var order = Encoding.UTF8.GetString(entries.Bytes(folder + "byteorder", 64));
        return order switch
        {
            "little" => false,
            "big" => true,
            _ => throw faults.Damaged($"its byte order is '{FileFaults.Printable(order)}', expected 'little' or 'big'."),
        };
    }

    private TensorStorage FindStorage(string key, torch.ScalarType type, long elements)
    {
        if (!entries.TryGet($"{folder}data/{key}", out var entry))
            throw faults.Damaged($"its pickle names a storage '{FileFaults.Printable(key)}' that the archive does not hold.");
        if ((Int128)elements * ElementType.Size(type) != entry.Length)
            throw faults.Damaged($"its storage '{FileFaults.Printable(key)}' has {entry.Length:N0} bytes, expected {elements:N0} elements of {ElementType.Name(type)}.");
        return new TensorStorage(faults, bigEndian, entry.Open, gate);
    }
}
