namespace JustAlexNet.Files;

/// <summary>Room on a disk.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes that this user may still write in a folder, or where it would be made; null where the system does not tell.</summary>
    public static long? FreeIn(string folder)
    {
        try
        {
            var path = Path.GetFullPath(folder);
            while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } above) path = above;
            var drive = new DriveInfo(path);
            return drive.TotalSize > 0 ? drive.AvailableFreeSpace : null;       // some file systems count nothing
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
