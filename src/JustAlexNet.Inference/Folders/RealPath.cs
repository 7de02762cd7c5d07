namespace JustAlexNet.Inference;

/// <summary>Where a path leads once every symbolic link on it has been followed, as C's <c>realpath</c>.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;   // as Linux

    /// <summary>The full path without links, or null where the links run in a circle. The last part need not exist.</summary>
    public static string? Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var ahead = new Stack<string>();
        Push(full[real.Length..]);
        for (var links = 0; ahead.TryPop(out var part);)
        {
            if (part is ".") continue;
            if (part is "..") { real = Path.GetDirectoryName(real) ?? real; continue; }
            var next = Path.Join(real, part);
            if (new FileInfo(next).LinkTarget is not { } target) { real = next; continue; }
            if (++links > MaxLinks) return null;
            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }
            Push(target);
        }
        return real;

        void Push(string parts)
        {
            var names = parts.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
            for (var i = names.Length - 1; i >= 0; i--) ahead.Push(names[i]);
        }
    }

    /// <summary>Whether <paramref name="folder"/> is <paramref name="path"/> itself or lies above it. Both are real paths.</summary>
    public static bool IsAtOrAbove(string folder, string path) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
