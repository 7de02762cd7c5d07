using System.Runtime.InteropServices;

namespace JustAlexNet.Imaging.Native;

/// <summary>The environment that native libraries read: on Unix they do not see what .NET's own <see cref="Environment.SetEnvironmentVariable(string, string)"/> sets.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for libraries that are loaded later. Unix only; threads that read the environment meanwhile may see either value.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    /// <param name="overwrite">Whether one that is set already is replaced.</param>
    public static void Set(string name, string value, bool overwrite) => _ = SetVariable(name, value, overwrite ? 1 : 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
