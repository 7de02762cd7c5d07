namespace JustAlexNet.Campaigns.Loading;

/// <summary>The loader's threads in this process, by their names as the system has them. On Linux.</summary>
internal static class LoaderThreads
{
    private const string Name = "JustAlexNet loader";
    private const int SystemsLength = 15;       // what Linux keeps of a name
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How many there are now.</summary>
    public static int Count => Directory.GetDirectories("/proc/self/task").Count(Is);

    /// <summary>How many are left when those that are ending have had time to.</summary>
    public static int Left()
    {
        for (var end = DateTime.UtcNow + Patience; Count > 0 && DateTime.UtcNow < end;) Thread.Sleep(1);
        return Count;
    }

    private static bool Is(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim() == Name[..SystemsLength];
        }
        catch (IOException)
        {
            return false;       // it has ended meanwhile
        }
    }
}
