using System.Text;

namespace JustAlexNet.Training;

/// <summary>Text files that are whole at every moment.</summary>
internal static class TextFile
{
    /// <summary>Writes beside the place, flushes to the disk, renames. UTF-8 without a mark.</summary>
    public static void Write(string path, string text)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
