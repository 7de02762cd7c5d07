namespace JustAlexNet.Files;

/// <summary>How a file is fetched from the network.</summary>
public sealed record DownloadOptions
{
    /// <summary>Where the file is to be had instead of its usual place: an http or https address. Its content is checked all the same. Null: its usual place; of published weights JUSTALEXNET_MIRROR, else torchvision's.</summary>
    public string? Address { get; init; }

    /// <summary>How long nothing may arrive before the attempt counts as failed. Default 30 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is tried, 1 or more; each attempt goes on where the last one stopped. Default 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The wait between two attempts. Default 2 seconds.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told after every piece that arrives; null: nobody.</summary>
    public Action<DownloadProgress>? Progress { get; init; }

    /// <summary>Measures the waits. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}

/// <summary>How far a download is.</summary>
/// <param name="Address">Where it comes from.</param>
/// <param name="Done">Bytes that are here.</param>
/// <param name="Total">Bytes that there are, where that is known.</param>
public readonly record struct DownloadProgress(Uri Address, long Done, long? Total);
