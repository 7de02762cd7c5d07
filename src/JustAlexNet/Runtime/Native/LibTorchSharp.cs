using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>Loads libtorch and TorchSharp's own library, <c>LibTorchSharp</c>, which on an older Linux does not load as it is (<see cref="LibTorchSharpRepair"/>).</summary>
/// <remarks>
/// Where the file loads, nothing else happens. Where it does not, a repaired copy is loaded from memory (memfd_create(2)): no file is written or changed, so it works in a clone, a published copy, a
/// tool, a container that cannot be written to, and for several processes at once. The library says its own name (DT_SONAME), by which the linker finds it when TorchSharp asks for it.
/// .NET itself maps its compiled code from such memory, so a system that has the one allows the other.
/// </remarks>
internal static partial class LibTorchSharp
{
    private const string Torch = "torch", TorchCpu = "torch_cpu", Name = "LibTorchSharp";
    private const uint CloseOnExec = 1;

    // Open as long as the process lives: the linker remembers the library by this number.
    private static SafeFileHandle? memory;

    /// <summary>Loads both. Not thread-safe.</summary>
    /// <exception cref="RuntimeException">One of them is missing, or cannot be loaded.</exception>
    public static void Load()
    {
        LoadByName(TorchCpu);
        if (TryLoad(Name)) return;
        if (OperatingSystem.IsLinux() && Find(Name) is { } file) LoadRepaired(file);
        LoadByName(Name);       // the repaired copy is found, or .NET's reason comes
    }

    /// <summary>Loads a repaired copy of the library; leaves it where it is no library that the repair knows.</summary>
    /// <exception cref="RuntimeException">The copy cannot be loaded.</exception>
    private static void LoadRepaired(string file)
    {
        var bytes = File.ReadAllBytes(file);
        if (!LibTorchSharpRepair.TryRepair(bytes, out _)) return;
        LoadByName(Torch);      // the copy needs it, and the linker would not look beside the original
        memory = CreateMemory(Path.GetFileName(file), CloseOnExec);
        if (memory.IsInvalid) throw Failure($"no memory to hold a repaired copy of {file}: {Marshal.GetLastPInvokeErrorMessage()} (memfd_create)", null);
        RandomAccess.Write(memory, bytes, 0);
        LoadFile($"/proc/self/fd/{memory.DangerousGetHandle()}");
    }

    private static bool TryLoad(string name) => NativeLibrary.TryLoad(name, typeof(torch).Assembly, null, out _);

    private static void LoadByName(string name)
    {
        if (TryLoad(name)) return;
        if (Find(name) is { } file) LoadFile(file);
        try
        {
            NativeLibrary.Load(name, typeof(torch).Assembly, null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new RuntimeException(
                $"libtorch is not here: there is no {FileName(name)} beside this program.\n" +
                $"A copy of the program must be of its whole folder; a project of your own needs the package: dotnet add package {Package} --version {Version}", e);
        }
    }

    private static void LoadFile(string file)
    {
        try
        {
            NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Failure(e.Message.Split('\n').Last(line => line.Length > 0).Trim(), e);
        }
    }

    private static RuntimeException Failure(string why, Exception? cause) =>
        new($"libtorch cannot be loaded: {why}\nExpected: Linux with glibc 2.34 or newer on x86-64, Windows on x86-64, or macOS on Apple silicon.", cause);

    /// <summary>The file of a library, where .NET looks for it: where the program's list of dependencies says, or beside the program.</summary>
    private static string? Find(string name)
    {
        var folders = ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory);
        return folders.Select(folder => Path.Combine(folder, FileName(name))).FirstOrDefault(File.Exists);
    }

    private static string FileName(string name) => OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    // Not torch.__version__: touching that class makes TorchSharp look for libtorch itself.
    private static string Version => typeof(LibTorchSharp).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "LibTorchVersion").Value!;

    private static string Package => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle CreateMemory(string name, uint flags);
}
