using System.Formats.Tar;

namespace JustAlexNet.Data;

/// <summary>Tells pipes, sockets and devices from files; opening one of them could wait for ever.</summary>
internal static class SpecialFile
{
    private const int TypeFlagAt = 156;   // of a tar header

    /// <summary>Whether a path of length 0 is a pipe, a socket or a device. Nothing of the kind is opened.</summary>
    /// <remarks>.NET tells a file's type to its tar writer alone, which asks <c>lstat</c> and writes the answer into the entry's header.</remarks>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows()) return false;
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
