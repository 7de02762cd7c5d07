using System.Runtime.CompilerServices;

namespace JustAlexNet.TestSupport;

/// <summary>Tests leave the user's cache folder alone: what the library remembers goes to <c>out/test-cache</c>.</summary>
internal static class TestCache
{
    [ModuleInitializer]
    internal static void Use() => Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Repository.At("out", "test-cache"));
}
