using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace JustAlexNet.Weights.Archives;

/// <summary>The SHA-256 of what an archive holds, kept as the archive's comment, which PyTorch does not look at.</summary>
/// <remarks>Of every entry in the archive's order: its name in UTF-8, a zero, its length in 8 bytes (little endian), its bytes. Not thread-safe.</remarks>
internal sealed class ArchiveDigest : IDisposable
{
    private const string Mark = "sha256:";

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Whether a comment is one of these.</summary>
    public static bool Is(string comment) => comment.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>The next entry begins.</summary>
    public void Begin(string name, long length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        hash.AppendData(Encoding.UTF8.GetBytes(name + '\0'));
        hash.AppendData(bytes);
    }

    /// <summary>The next of its bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>The comment of an archive with the entries so far: <c>sha256:</c> and 64 digits.</summary>
    public string Comment => Mark + Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
