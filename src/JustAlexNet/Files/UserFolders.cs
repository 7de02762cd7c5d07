namespace JustAlexNet.Files;

/// <summary>Where programs of this user keep what they can make again. Nothing is ever guessed: without a home folder there is no such place.</summary>
internal static class UserFolders
{
    /// <summary>The home folder; null where there is none, as for a service without an account, or with HOME=/nonexistent.</summary>
    public static string? Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : null;

    /// <summary>The environment variable that names our own folder; it moves downloaded weights, features and the memory of arithmetic checks.</summary>
    public const string Switch = "JUSTALEXNET_CACHE";

    /// <summary>
    /// Our own folder, downloaded weights in it, everything else in a folder below: <c>$JUSTALEXNET_CACHE</c>, else <c>justalexnet</c> in the user's caches, which are <c>$XDG_CACHE_HOME</c>, else
    /// on Windows the local application data, on macOS <c>~/Library/Caches</c>, elsewhere <c>~/.cache</c>; null where there is none of them.
    /// </summary>
    /// <param name="variable">Reads the environment.</param>
    public static string? Own(Func<string, string?> variable)
    {
        if (variable(Switch) is { Length: > 0 } own) return own;
        var caches = variable("XDG_CACHE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named) ? named
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Home is { } home ? Path.Combine(home, "Library", "Caches") : null
            : Caches(variable);
        return string.IsNullOrEmpty(caches) ? null : Path.Combine(caches, "justalexnet");
    }

    /// <summary>A folder below <see cref="Own"/> of this process's environment; null where there is none.</summary>
    /// <param name="room">Its name.</param>
    public static string? Below(string room) => Own(Environment.GetEnvironmentVariable) is { } own ? Path.Combine(own, room) : null;

    /// <summary>Where programs that know only Unix keep their caches, PyTorch among them: <c>$XDG_CACHE_HOME</c> (a relative one counts for nothing, as its specification says), else <c>.cache</c> in the home folder; null without both.</summary>
    /// <param name="variable">Reads the environment.</param>
    public static string? Caches(Func<string, string?> variable) =>
        variable("XDG_CACHE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named) ? named : Home is { } home ? Path.Combine(home, ".cache") : null;
}
