using System.Security.Cryptography;

namespace JustAlexNet.Files;

/// <summary>What is known of a file before it is fetched.</summary>
/// <param name="Bytes">Its length; null: not known.</param>
/// <param name="Hash">Of its content; null: not known.</param>
/// <param name="MaxBytes">The most that are taken where the length is not known.</param>
internal sealed record RemoteFile(long? Bytes, FileHash? Hash, long MaxBytes);

/// <summary>How the content of a file is told from another.</summary>
public enum HashKind
{
    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>MD5, which tells damage and not forgery: for what is published with no other.</summary>
    Md5,
}

/// <summary>The hash of a file's content.</summary>
/// <param name="Kind">How it is computed.</param>
/// <param name="Digits">Small hexadecimal digits: all, or as many of the first as are known (8 or more).</param>
public sealed record FileHash(HashKind Kind, string Digits)
{
    /// <summary>The hash's name as people write it.</summary>
    public string Name => Kind == HashKind.Md5 ? "MD5" : "SHA-256";

    /// <summary>Whether a whole hash is this one.</summary>
    internal bool Is(string whole) => whole.StartsWith(Digits, StringComparison.Ordinal);

    /// <summary>Of a file, in small hexadecimal digits.</summary>
    internal static string Of(HashKind kind, string path, CancellationToken stop = default)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Of(kind, file, stop);
    }

    /// <summary>Of what is left of a stream.</summary>
    internal static string Of(HashKind kind, Stream file, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(kind == HashKind.Md5 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
