using System.Runtime.InteropServices;

namespace JustAlexNet.Imaging.Native;

/// <summary>libjpeg-turbo's error-returning C interface (turbojpeg.h), if the system has it. Loaded once, never unloaded. Thread-safe.</summary>
/// <remarks>Not shipped with JustAlexNet: it is a package of the system (Debian's <c>libturbojpeg0</c>). Versions 2 and 3 have these functions.</remarks>
internal sealed unsafe class TurboJpegLibrary
{
    private const string Homebrew = "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib";      // a place the loader does not search

    private TurboJpegLibrary(string file, nint library)
    {
        File = file;
        Version = NativeLibrary.TryGetExport(library, "tj3Init", out _) ? "3" : "2";
        Init = (delegate* unmanaged[Cdecl]<nint>)Find(library, "tjInitDecompress");
        ReadHeader = (delegate* unmanaged[Cdecl]<nint, byte*, CULong, int*, int*, int*, int*, int>)Find(library, "tjDecompressHeader3");
        Decompress = (delegate* unmanaged[Cdecl]<nint, byte*, CULong, byte*, int, int, int, int, int, int>)Find(library, "tjDecompress2");
        Destroy = (delegate* unmanaged[Cdecl]<nint, int>)Find(library, "tjDestroy");
        _ = Find(library, "tjGetErrorCode");                // not called: it tells versions from 2.0 on, which count warnings as failures
    }

    /// <summary>The name under which this kind of system has it.</summary>
    public static string FileName { get; } =
        OperatingSystem.IsWindows() ? "turbojpeg.dll"
        : OperatingSystem.IsMacOS() ? System.IO.File.Exists(Homebrew) ? Homebrew : "libturbojpeg.dylib"
        : "libturbojpeg.so.0";

    /// <summary>The name it was found under.</summary>
    public string File { get; }

    /// <summary>Its major version, by its functions: it does not say more.</summary>
    public string Version { get; }

    /// <summary><c>tjhandle tjInitDecompress(void)</c>; 0 if there is no memory.</summary>
    public delegate* unmanaged[Cdecl]<nint> Init { get; }

    /// <summary><c>int tjDecompressHeader3(handle, file, length, &amp;width, &amp;height, &amp;subsampling, &amp;colours)</c>; 0 if all is well.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, CULong, int*, int*, int*, int*, int> ReadHeader { get; }

    /// <summary><c>int tjDecompress2(handle, file, length, pixels, width, pitch, height, format, flags)</c>; 0 if all is well, without so much as a warning.</summary>
    public delegate* unmanaged[Cdecl]<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress { get; }

    /// <summary><c>int tjDestroy(handle)</c>.</summary>
    public delegate* unmanaged[Cdecl]<nint, int> Destroy { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="file">Its name; the system's loader searches its own folders.</param>
    /// <param name="fault">Why there is none, to stand behind a name; null where there is one.</param>
    public static TurboJpegLibrary? Load(string file, out string? fault)
    {
        fault = null;
        nint library;
        try
        {
            library = NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            var reason = Reason(e.Message, file) ?? (e is BadImageFormatException ? e.Message : null);
            fault = reason is null ? "is not installed" : $"cannot be opened ({reason})";
            return null;
        }
        try
        {
            return new(file, library);
        }
        catch (EntryPointNotFoundException missing)
        {
            NativeLibrary.Free(library);
            fault = $"is too old or another library: it has no function {missing.Message}";
            return null;
        }
    }

    // Below its first line the message is the loader's own words, a line for each name that was tried; null where all they say is that there is no such file.
    private static string? Reason(string message, string file) =>
        message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .FirstOrDefault(line => !(line.Contains("no such file", StringComparison.OrdinalIgnoreCase) && line.Contains(file, StringComparison.Ordinal)));

    private static nint Find(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out var address) ? address : throw new EntryPointNotFoundException(name);
}
