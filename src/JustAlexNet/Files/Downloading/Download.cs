using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace JustAlexNet.Files;

/// <summary>
/// Fetches one file over http: into <c>target.part</c>, which a later attempt (also of another process, another day) continues by a Range request; when all is
/// there and its hash is right, it is renamed. Where no hash is known, the server's own mark of the version (<c>target.part.version</c>) says whether the rest still belongs to the beginning; without
/// either, or where it has changed, all is fetched anew.
/// </summary>
internal sealed class Download : IDisposable
{
    private readonly Uri address;
    private readonly string target;
    private readonly RemoteFile file;
    private readonly DownloadOptions options;
    private readonly HttpClient client;

    public Download(Uri address, string target, RemoteFile file, DownloadOptions options)
    {
        (this.address, this.target, this.file, this.options) = (address, target, file, options);
        client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = options.StallTimeout, MaxAutomaticRedirections = 5 }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("JustAlexNet", null));
    }

    public void Dispose() => client.Dispose();

    /// <summary>Runs to the end and gives the hash of the file: SHA-256, unless another kind is known of it.</summary>
    /// <exception cref="DownloadFault">The last attempt failed, or one in a way that no other would mend.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process downloads it.</exception>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Nobody else's until it is deleted or has its name; Windows asks to be told of either, where Unix would share the lock then.
                using var part = new FileStream(Part, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None);
                try
                {
                    var resumed = await FetchAsync(part, stop);
                    return Finish(part, resumed, stop);
                }
                catch when (part.Length == 0)
                {
                    File.Delete(Part);      // nothing to go on from
                    throw;
                }
            }
            catch (DownloadFault fault) when (fault.MayPass && attempt < options.Attempts)
            {
                await Task.Delay(options.Pause, options.Clock, stop);
            }
        }
    }

    private string Part => target + ".part";

    private string Version => target + ".part.version";

    /// <summary>Makes the part complete; says whether some of it is older than this attempt.</summary>
    private async Task<bool> FetchAsync(FileStream part, CancellationToken stop)
    {
        if (file.Bytes is { } whole && part.Length >= whole)
        {
            if (part.Length == whole) return true;
            part.SetLength(0);
        }

        var version = file.Hash is null ? ReadVersion() : null;
        if (file.Hash is null && version is null) part.SetLength(0);
        var start = part.Length;
        using var stall = new StallWatch(options, stop);
        using var response = await AskAsync(start, version, stall);
        start = StartOf(response, part, start);
        if (file.Hash is null && start == 0) WriteVersion(response);
        var total = TotalOf(response, start);
        part.Position = start;
        await CopyAsync(response, part, total, stall);
        if (total is { } expected && part.Length < expected)
            throw new DownloadFault($"it ended after {part.Length:N0} of {expected:N0} bytes.", mayPass: true);
        part.Flush(flushToDisk: true);
        return start > 0;
    }

    private async Task<HttpResponseMessage> AskAsync(long start, string? version, StallWatch stall)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (start > 0) request.Headers.Range = new RangeHeaderValue(start, null);
        if (start > 0 && version is not null) request.Headers.TryAddWithoutValidation("If-Range", version);
        var response = await stall.Guard(token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token));
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return response;
        using (response)
            throw new DownloadFault($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}.", mayPass: (int)response.StatusCode is >= 500 or 408 or 429);
    }

    /// <summary>Where in the file the answer begins: a server is free to ignore what was asked for.</summary>
    private static long StartOf(HttpResponseMessage response, FileStream part, long asked)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == asked) return asked;
        part.SetLength(0);
        if (response.StatusCode != HttpStatusCode.OK) throw new DownloadFault("the server gave another part of it than asked for.", mayPass: true);
        return 0;
    }

    // A strong tag, or the time of the last change; a weak tag does not promise the same bytes.
    private void WriteVersion(HttpResponseMessage response)
    {
        var version = response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);
        if (version is null) File.Delete(Version);
        else AtomicFile.Write(Version, version);
    }

    private string? ReadVersion() => File.Exists(Version) && File.ReadAllText(Version) is { Length: > 0 } version && version.All(c => c is >= ' ' and <= '~') ? version : null;

    private long? TotalOf(HttpResponseMessage response, long start)
    {
        var total = start + response.Content.Headers.ContentLength;
        if (total > (file.Bytes ?? file.MaxBytes) || total < file.Bytes)
            throw new DownloadFault($"the server has {total:N0} bytes, expected {file.Bytes ?? file.MaxBytes:N0}: another file, or a page that asks to sign in.", mayPass: false);
        return file.Bytes ?? total;
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream part, long? total, StallWatch stall)
    {
        using var body = await stall.Guard(response.Content.ReadAsStreamAsync);
        var buffer = new byte[1 << 16];
        for (int read; (read = await stall.Guard(token => body.ReadAsync(buffer, token).AsTask())) > 0;)
        {
            if (part.Position + read > (total ?? file.MaxBytes)) throw new DownloadFault($"the server sends more than {total ?? file.MaxBytes:N0} bytes: another file.", mayPass: false);
            part.Write(buffer, 0, read);
            options.Progress?.Invoke(new DownloadProgress(address, part.Position, total));
        }
    }

    private string Finish(FileStream part, bool resumed, CancellationToken stop)
    {
        part.Position = 0;
        var hash = FileHash.Of(file.Hash?.Kind ?? HashKind.Sha256, part, stop);
        if (file.Hash is { } expected && !expected.Is(hash))
        {
            File.Delete(Part);
            throw new DownloadFault($"what came has the {expected.Name} {hash[..8]}..., expected {expected.Digits[..8]}...; it was deleted.", mayPass: resumed);
        }

        File.Move(Part, target, overwrite: true);
        File.Delete(Version);
        return hash;
    }
}

/// <summary>Why a download came to nothing; worded for people where the cache catches it.</summary>
internal sealed class DownloadFault(string message, bool mayPass, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether another attempt may go better.</summary>
    public bool MayPass => mayPass;
}
