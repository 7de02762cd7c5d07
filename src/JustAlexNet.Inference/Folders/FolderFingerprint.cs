using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace JustAlexNet.Inference;

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
