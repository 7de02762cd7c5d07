using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace JustAlexNet.Inference;

/// <summary>What a run was trained on: enough to know the same pictures again, in whatever folder they stand later.</summary>
public sealed class DataRecord
{
    private readonly long[] training, validation;

    internal DataRecord(string fingerprint, long[] training, long[] validation, bool validationWasSplitOff)
        => (Fingerprint, this.training, this.validation, ValidationWasSplitOff) = (fingerprint, training, validation, validationWasSplitOff);

    /// <summary>The data set's <see cref="ImageFolder.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether the validation part was taken from one folder of classes, so that only this record knows it.</summary>
    public bool ValidationWasSplitOff { get; }

    /// <summary>Number of training pictures.</summary>
    public int TrainingCount => training.Length;

    /// <summary>Number of validation pictures.</summary>
    public int ValidationCount => validation.Length;

    /// <summary>Describes the data of a run.</summary>
    public static DataRecord Of(ImageFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new DataRecord(
            folder.Fingerprint(),
            [.. folder.Training.Select(sample => Identity(sample, folder.Classes))], [.. folder.Validation.Select(sample => Identity(sample, folder.Classes))],
            folder.ValidationOrigin is ValidationSplit);
    }

    /// <summary>Describes the data of a run that learns from every picture, those of a validation part too.</summary>
    internal static DataRecord OfAll(ImageFolder folder) =>
        new(folder.Fingerprint(), [.. folder.Training.Concat(folder.Validation).Select(sample => Identity(sample, folder.Classes))], [], validationWasSplitOff: false);

    /// <summary>The pictures of these that stood in the recorded validation part, by class, file name and size.</summary>
    public IReadOnlyList<Sample> ValidationAmong(IEnumerable<Sample> samples, IReadOnlyList<string> classes) => Among(samples, classes, validation);

    /// <summary>The pictures of these that the run was trained on, by class, file name and size.</summary>
    public IReadOnlyList<Sample> TrainingAmong(IEnumerable<Sample> samples, IReadOnlyList<string> classes) => Among(samples, classes, training);

    /// <summary>The identities of the training pictures, as a checkpoint keeps them.</summary>
    internal IReadOnlyList<long> Training => training;

    /// <summary>The identities of the validation pictures.</summary>
    internal IReadOnlyList<long> Validation => validation;

    private static List<Sample> Among(IEnumerable<Sample> samples, IReadOnlyList<string> classes, long[] ids)
    {
        var known = ids.ToHashSet();
        return [.. samples.Where(sample => known.Contains(Identity(sample, classes)))];
    }

    private static long Identity(Sample sample, IReadOnlyList<string> classes) =>
        (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{classes[sample.Label]}\t{Path.GetFileName(sample.Path)}\t{FileLength.Of(sample.Path)}"));
}

/// <summary>Tells whether two folders hold the same files, by path and size.</summary>
internal static class FolderFingerprint
{
    public static string Of(string folder, IEnumerable<Sample> samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var below = samples.Select(sample => (Name: Path.GetRelativePath(folder, sample.Path).Replace('\\', '/'), sample.Path));
        foreach (var (name, path) in below.OrderBy(entry => entry.Name, CodePointOrder.Instance))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\t{Size(path)}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static long Size(string path)
    {
        try
        {
            return FileLength.Of(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FolderFaults.Unreadable(path, cause);
        }
    }
}

/// <summary>How many bytes a picture has: those of the file that a link leads to, not of the link.</summary>
internal static class FileLength
{
    /// <summary>The length; -1 for a link that leads nowhere, which stays in a data set as a picture that cannot be read.</summary>
    /// <exception cref="IOException">There is no such file, and no link.</exception>
    public static long Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null) return file.Length;
        return RealPath.Resolve(path) is { } real && File.Exists(real) ? new FileInfo(real).Length : -1;
    }
}
