namespace JustAlexNet.Files;

/// <summary>Where programs of this user keep what they can make again. Nothing is ever guessed: without a home folder there is no such place.</summary>
internal static class UserFolders
{
    /// <summary>The home folder; null where there is none, as for a service without an account, or with HOME=/nonexistent.</summary>
    public static string? Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : null;

    /// <summary><c>$XDG_CACHE_HOME</c> (a relative one counts for nothing, as its specification says), else <c>.cache</c> in the home folder; null without both.</summary>
    /// <param name="variable">Reads the environment.</param>
    public static string? Caches(Func<string, string?> variable) =>
        variable("XDG_CACHE_HOME") is { Length: > 0 } named && Path.IsPathRooted(named) ? named : Home is { } home ? Path.Combine(home, ".cache") : null;
}
