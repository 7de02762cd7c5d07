using System.Formats.Tar;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Tells pipes, sockets and devices from files; opening one of them could wait for ever.</summary>
internal static class SpecialFile
{
    /// <summary>What is wrong with it as a picture.</summary>
    public const string Reason = "it is a pipe, a socket or a device, expected a picture file";

    private const int TypeFlagAt = 156;   // of a tar header

    /// <summary>Whether a path leads to a pipe, a socket or a device. Nothing of the kind is opened; a path that leads nowhere is none.</summary>
    /// <remarks>.NET tells a file's type to its tar writer alone, which asks <c>lstat</c> and writes the answer into the entry's header. All these have the length 0.</remarks>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows()) return false;
        var file = new FileInfo(path);
        if (!file.Exists || (file.LinkTarget is null && file.Length > 0)) return false;
        var real = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        return new FileInfo(real) is { Exists: true, Length: 0 } && IsSpecial(real);
    }

    private static bool IsSpecial(string path)
    {
        using var header = new MemoryStream();
        try
        {
            using var writer = new TarWriter(header, TarEntryFormat.Ustar, leaveOpen: true);
            writer.WriteEntry(path, "x");
        }
        catch (UnauthorizedAccessException)
        {
            return false;   // only a file is opened: it is one, and its own error comes when it is decoded
        }
        catch (IOException)
        {
            return true;    // a socket, which tar cannot hold
        }
        return header.GetBuffer()[TypeFlagAt] is (byte)TarEntryType.CharacterDevice or (byte)TarEntryType.BlockDevice or (byte)TarEntryType.Fifo;
    }
}
