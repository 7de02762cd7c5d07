// Usage: NativeRepair FILE...    Run by the build on its copies of libLibTorchSharp.so (Directory.Build.targets).
using JustAlexNet.NativeRepair;

foreach (var path in args)
{
    var bytes = File.ReadAllBytes(path);
    var changed = LibTorchSharpRepair.TryRepair(bytes, out var report);
    if (changed)
    {
        // A new file under the old name, so that a hard link to the package cache is never written through;
        // the old time, so that the next build does not copy the original over it again.
        var time = File.GetLastWriteTimeUtc(path);
        var repaired = path + ".repaired";
        File.WriteAllBytes(repaired, bytes);
        File.SetLastWriteTimeUtc(repaired, time);
        File.Move(repaired, path, overwrite: true);
    }
    Console.WriteLine($"{path}: {report}");
}
