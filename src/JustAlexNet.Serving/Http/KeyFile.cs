using System.Security.Cryptography;
using System.Text;
using JustAlexNet.Imaging.Decoding;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http;

/// <summary>The keys of a file, lines <c>name:key</c>; empty lines and those that begin with # say nothing. Thread-safe.</summary>
/// <remarks>
/// The file is read again when a key is asked for and a second has passed. One that cannot be read or is broken leaves the keys as they are, with a warning a change.
/// Only SHA-256 of the keys is kept; two are compared in a time that does not depend on them.
/// </remarks>
internal sealed class KeyFile
{
    private const int MaxBytes = 1 << 20;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly string path;
    private readonly string setting;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private volatile Entry[] entries;
    private byte[] seen;
    private string? warned;
    private long read;

    /// <exception cref="ServingSetupException">The file cannot be read, holds a line of another form, or no key.</exception>
    public KeyFile(string path, string setting, ILogger log, TimeProvider clock)
    {
        (this.path, this.setting, this.log, this.clock, read) = (path, setting, log, clock, clock.GetTimestamp());
        (entries, seen) = Load();
    }

    /// <summary>The name of whom a key belongs to; null where it is nobody's.</summary>
    public string? NameOf(string key)
    {
        Refresh();
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        string? name = null;
        foreach (var entry in entries)
            if (CryptographicOperations.FixedTimeEquals(given, entry.Hash)) name = entry.Name;        // no early end: time says nothing of the place
        return name;
    }

    private void Refresh()
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(read) < Age) return;
            read = clock.GetTimestamp();
            byte[] bytes = [];
            try
            {
                bytes = Bytes();
                if (bytes.AsSpan().SequenceEqual(seen)) return;
                (entries, warned) = (Parse(bytes), null);
                var count = entries.Length;
                if (log.IsEnabled(LogLevel.Information)) log.LogInformation("Keys of {Setting} read again: {Count}", setting, count);
            }
            catch (ServingSetupException e)
            {
                var reason = e.Message;
                if (reason != warned) log.LogWarning("Keys stay as they were: {Reason}", reason);
                warned = reason;
            }
            finally
            {
                seen = bytes;       // none, where it cannot be read: it is taken anew when it can
            }
        }
    }

    private (Entry[] Entries, byte[] Bytes) Load()
    {
        var bytes = Bytes();
        return (Parse(bytes), bytes);
    }

    private byte[] Bytes()
    {
        if (SpecialFile.Is(path)) throw Special(null);      // opening one could wait for ever
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes) throw new ServingSetupException($"`{setting}` {path} has {file.Length} bytes, expected a file of lines name:key, {MaxBytes} bytes at most");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (NotSupportedException e)
        {
            throw Special(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "is not there" : e is UnauthorizedAccessException ? "may not be read" : "cannot be read";
            throw new ServingSetupException($"`{setting}` {path} {reason}, expected a file of lines name:key", e);
        }
    }

    private ServingSetupException Special(Exception? cause) => new($"`{setting}` {path} is a pipe, a socket or a device, expected a file of lines name:key, which is read again as it changes", cause);

    private Entry[] Parse(byte[] bytes)
    {
        var found = new List<Entry>();
        foreach (var (i, line) in Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n').Select(line => line.Trim()).Index())
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, key) = colon < 0 ? ("", "") : (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (name.Length == 0 || key.Length == 0 || key.Any(c => c is <= ' ' or > '~'))
                throw new ServingSetupException($"`{setting}` {path}, line {i + 1}: expected name:key, the key of printable ASCII characters without spaces");        // the line is not shown: it may hold a key
            if (found.Any(other => other.Name == name)) throw new ServingSetupException($"`{setting}` {path}, line {i + 1}: the name '{name}' stands there twice");
            found.Add(new(name, SHA256.HashData(Encoding.UTF8.GetBytes(key))));
        }
        return found.Count > 0 ? [.. found] : throw new ServingSetupException($"`{setting}` {path} holds no key, expected lines name:key");
    }

    private sealed record Entry(string Name, byte[] Hash);
}
