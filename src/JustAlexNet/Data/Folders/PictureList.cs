namespace JustAlexNet.Data;

/// <summary>Pictures to predict, from paths and folders.</summary>
public static class PictureList
{
    /// <summary>Every file named, as it is named; for a folder all its pictures, by known extension, in folders below too, hidden ones left out, by name.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="DataException">A folder holds no picture or cannot be read. A path that leads nowhere is a picture that cannot be read: that shows when it is.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.SelectMany(path => Directory.Exists(path) ? InFolder(path) : [path])];
    }

    private static List<string> InFolder(string folder)
    {
        try
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
            var pictures = Directory.EnumerateFiles(folder, "*", options).Where(PictureWalk.IsPicture).Where(path => !RunFolders.Hold(path, folder)).Order(CodePointOrder.Instance).ToList();
            return pictures.Count > 0 ? pictures
                : throw new DataException($"{folder} holds no picture ({string.Join(" ", Imaging.ImageDecoder.Extensions)}).\nName pictures, or a folder that holds some.", folder);
        }
        catch (UnauthorizedAccessException e)
        {
            throw FolderFaults.Unreadable(folder, e);
        }
    }
}
