using JustAlexNet.Files;

namespace JustAlexNet.Weights;

/// <summary>Writes a file of weights in another format.</summary>
public static class WeightsConversion
{
    /// <summary>The endings that say which format to write: <c>.pth</c> and <c>.pt</c> PyTorch's zip format, <c>.safetensors</c>.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".pth", ".pt", ".safetensors"];

    /// <summary>
    /// Writes the target in the format of its ending, values bit for bit, names unchanged. A PyTorch file made of a PyTorch file keeps everything; a .safetensors
    /// file holds the state dictionary alone, and of a checkpoint of ours the network's name, the classes and the preprocessing, as metadata.
    /// </summary>
    /// <param name="source">The file to read, of any format.</param>
    /// <param name="target">The file to make; its folder is made where there is none. A link is kept, what it points to is written.</param>
    /// <param name="entry">The one dictionary to take, such as <c>ema.model</c>; null: the only one there is.</param>
    /// <param name="overwrite">Whether a file of the target's name may be replaced. Default false.</param>
    /// <returns>What the target could not hold, by its keys; empty where nothing was left out.</returns>
    /// <exception cref="WeightsException">The source is not to be read, the target exists or cannot be written, or no single state dictionary is there.</exception>
    /// <exception cref="ArgumentException">The target's ending is none of <see cref="Endings"/>.</exception>
    public static IReadOnlyList<string> Convert(string source, string target, string? entry = null, bool overwrite = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        var ending = Path.GetExtension(target);
        if (!Endings.Contains(ending)) throw new ArgumentException($"'{target}' ends in '{ending}', expected one of {string.Join(", ", Endings)}", nameof(target));
        if (!overwrite && (File.Exists(target) || Directory.Exists(target)))
            throw new WeightsException($"{target} is there already; it is left as it is.\n  Name another file, or pass `overwrite` to replace it.") { Path = target };
        var file = WeightsFile.Open(source);
        return ending == ".safetensors" ? ToSafetensors(file, target, entry) : ToTorch(file, target, entry);
    }

    private static List<string> ToTorch(WeightsFile file, string target, string? entry)
    {
        if (entry is not null)
        {
            TorchFile.Write(InItsFolder(target), StateSearch.At(file.Root, entry, file.Path));
            return LeftOut(file, entry);
        }

        if (file.Root is not PickleDictionary root)
            throw new WeightsException($"{file.Path} holds {PickleKind.Of(file.Root)}, expected a dictionary.\n  Save model.state_dict() in PyTorch, not a single tensor.") { Path = file.Path };
        TorchFile.Write(InItsFolder(target), root);
        return LeftOut(file, "");
    }

    private static List<string> ToSafetensors(WeightsFile file, string target, string? entry)
    {
        var (place, state, _) = entry is null ? StateSearch.Only(file.Root, file.Path) : (entry, StateSearch.At(file.Root, entry, file.Path), null);
        foreach (var (name, tensor) in StateLoading.Tensors(state, file.Path))
            if (ElementType.Safetensors(tensor.Type) is null || name == Archives.SafetensorsReader.MetadataName)
                throw new WeightsException($"'{FileFaults.Printable(name)}' of {file.Path} is of type {ElementType.Name(tensor.Type)}, which a .safetensors file cannot hold under this name.\n  Write a .pth file instead.") { Path = file.Path };
        SafetensorsFile.Write(InItsFolder(target), state, file.Format == WeightsFormat.Safetensors ? file.Metadata : CarriedEntries.ToMetadata(file.Root));
        return file.Format == WeightsFormat.Safetensors ? [] : [.. LeftOut(file, place).Except(CarriedEntries.Carried(file.Root))];
    }

    // Made last: a source that cannot be read leaves no empty folder behind.
    private static string InItsFolder(string target)
    {
        var folder = Path.GetDirectoryName(target) is { Length: > 0 } named ? named : ".";
        try
        {
            Directory.CreateDirectory(folder);
            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot make the folder {folder}: {WriteFault.Reason(e)}\n  {WriteFault.Advice(e, folder, "name another place")}.", e) { Path = target };
        }
    }

    /// <summary>The keys beside the way to the entry taken, and what a safetensors file said beside its tensors.</summary>
    private static List<string> LeftOut(WeightsFile file, string entry)
    {
        var left = file.Metadata.Where(text => text is not { Key: "format", Value: "pt" }).Select(text => $"__metadata__.{FileFaults.Printable(text.Key)}").ToList();
        if (entry.Length > 0 && file.Root is PickleDictionary root) Beside(root, "", entry, left);
        return left;
    }

    private static void Beside(PickleDictionary dictionary, string place, string entry, List<string> left)
    {
        foreach (var (key, value) in dictionary)
        {
            var here = place.Length == 0 ? $"{key}" : $"{place}.{key}";
            if (here == entry) continue;
            if (value is PickleDictionary inner && entry.StartsWith(here + ".", StringComparison.Ordinal)) Beside(inner, here, entry, left);
            else left.Add(FileFaults.Printable(here));
        }
    }
}
