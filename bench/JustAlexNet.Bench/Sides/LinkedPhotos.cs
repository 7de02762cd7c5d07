using System.Globalization;

namespace JustAlexNet.Bench.Sides;

/// <summary>A data set of any number of files: links to a few real photos, in ten class folders. Made once, in <c>out/bench</c>.</summary>
internal static class LinkedPhotos
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
        for (var i = 0; i < files; i++)
            File.CreateSymbolicLink(Path.Combine(growing, Name(i % Classes), i.ToString("0000000", CultureInfo.InvariantCulture) + ".jpg"), Path.GetFullPath(samples[i % samples.Count].Path));
        Directory.Move(growing, target);
        return target;

        static string Name(int label) => $"class{label}";
    }
}
