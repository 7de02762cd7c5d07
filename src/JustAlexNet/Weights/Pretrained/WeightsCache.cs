using JustAlexNet.Files;

namespace JustAlexNet.Weights.Pretrained;

/// <summary>The folder in which downloaded weights stay, and the one of PyTorch, which is looked into first.</summary>
internal sealed class WeightsCache(DownloadOptions options)
{
    private const long MaxBytes = 4L << 30;

    /// <summary>Our cache folder: <see cref="UserFolders.Own"/>.</summary>
    /// <exception cref="WeightsException">There is none.</exception>
    public string Folder => UserFolders.Own(Variable)
        ?? throw new WeightsException($"there is no home folder to keep downloaded weights in\n  Name a folder with {UserFolders.Switch}, or fetch the weights by hand and name them with `pretrained` FILE.");

    /// <summary>$TORCH_HOME/hub/checkpoints, else below the same caches' torch/hub/checkpoints; null without both.</summary>
    public string? FolderOfPyTorch => (Variable("TORCH_HOME") ?? (UserFolders.Caches(Variable) is { } caches ? Path.Combine(caches, "torch") : null)) is { } torch ? Path.Combine(torch, "hub", "checkpoints") : null;

    /// <summary>The file with its SHA-256, from one of the folders or else from the network.</summary>
    /// <exception cref="WeightsException">It cannot be downloaded or written, or what came is another file.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; what has arrived is kept.</exception>
    public (string Path, string Sha256, IReadOnlyList<string> Notes) Fetch(PretrainedFile file, CancellationToken stop)
    {
        var notes = new List<string>();
        foreach (var folder in new[] { Folder, FolderOfPyTorch }.OfType<string>())
        {
            var path = Path.Combine(folder, file.File);
            if (!File.Exists(path)) continue;
            if (Sha256(path, stop) is var hash && hash.StartsWith(file.Sha256, StringComparison.Ordinal)) return (path, hash, notes);
            notes.Add($"{path} is not the file that was published (SHA-256 {hash[..8]}..., expected {file.Sha256[..8]}...): left alone, downloaded anew");
        }

        var target = Path.Combine(Folder, file.File);
        try
        {
            Directory.CreateDirectory(Folder);
            return (target, Download(file, target, stop), notes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot write {target}: {WriteFault.Reason(e, target)}\n  {WriteFault.Advice(e, target, $"end other downloads of it, or name another folder with {UserFolders.Switch}")}.", e) { Path = target };
        }
    }

    /// <summary>The SHA-256 of a file in small hexadecimal digits.</summary>
    public static string Sha256(string path, CancellationToken stop = default) => FileHash.Of(HashKind.Sha256, path, stop);

    private string Download(PretrainedFile file, string target, CancellationToken stop)
    {
        var address = Address(file);
        try
        {
            using var download = new Download(address, target, new(file.Bytes, new(HashKind.Sha256, file.Sha256), MaxBytes), options);
            return download.RunAsync(stop).GetAwaiter().GetResult();
        }
        catch (DownloadFault fault)
        {
            throw new WeightsException(
                $"cannot download {address}: {fault.Message}\n  Fetch it by hand and put it at {target} (SHA-256 begins {file.Sha256[..8]}),\n" +
                "  or name a place within reach: `weights_url` ADDRESS, or JUSTALEXNET_MIRROR=ADDRESS of a folder that has it.", fault) { Path = target };
        }
    }

    private Uri Address(PretrainedFile file)
    {
        var (text, option) = options.Address is { } asked ? (asked, "`weights_url`")
            : Variable("JUSTALEXNET_MIRROR") is { } mirror ? ($"{mirror.TrimEnd('/')}/{file.File}", "JUSTALEXNET_MIRROR")
            : (ImageNetWeights.BaseAddress + file.File, "");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new WeightsException($"{option} is '{FileFaults.Printable(text)}', expected an address that begins with https:// or http://.\n  A file that is here already is named with `pretrained` FILE.");
    }

    private string? Variable(string name) => options.Environment(name) is { Length: > 0 } value ? value : null;
}
