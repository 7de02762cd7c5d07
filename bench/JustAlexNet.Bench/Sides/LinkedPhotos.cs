using System.Globalization;
using System.Runtime.InteropServices;

namespace JustAlexNet.Bench.Sides;

/// <summary>A data set of any number of files: hard links to a few real photos, in ten class folders; symbolic ones to one photo would count once. Made once, in <c>out/bench</c>. On Linux.</summary>
internal static partial class LinkedPhotos
{
    private const int Classes = 10;

    /// <summary>Makes it where it is not whole yet.</summary>
    /// <param name="folder">The photos that are linked to.</param>
    /// <param name="files">Links.</param>
    /// <returns>Its folder.</returns>
    public static string Make(string folder, int files)
    {
        var target = Path.Combine(Checkout.Root, "out", "bench", $"links-{files}");
        if (Directory.Exists(target)) return target;
        var (samples, _) = BenchPhotos.Of(folder, 320);
        var growing = target + ".part";
        if (Directory.Exists(growing)) Directory.Delete(growing, recursive: true);
        for (var c = 0; c < Classes; c++) Directory.CreateDirectory(Path.Combine(growing, Name(c)));
        var photos = samples.Select((sample, i) => Path.Combine(growing, $"{i}.photo")).ToList();       // links do not reach beyond a file system
        foreach (var (sample, photo) in samples.Zip(photos)) File.Copy(sample.Path, photo);
        for (var i = 0; i < files; i++)
            if (Link(photos[i % photos.Count], Path.Combine(growing, Name(i % Classes), i.ToString("0000000", CultureInfo.InvariantCulture) + ".jpg")) != 0)
                throw new CannotRunException($"{growing} takes no hard links: {Marshal.GetLastPInvokeErrorMessage()}");
        foreach (var photo in photos) File.Delete(photo);
        Directory.Move(growing, target);
        return target;

        static string Name(int label) => $"class{label}";
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}
