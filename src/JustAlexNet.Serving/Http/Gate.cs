using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http;

/// <summary>Who may use an endpoint.</summary>
internal enum Access
{
    /// <summary>Everybody: health and the description of the interface.</summary>
    Open,

    /// <summary>Holders of a key, where there are keys.</summary>
    Caller,

    /// <summary>Holders of an administrator's key; nobody, where there is none.</summary>
    Administrator,
}

/// <summary>Lets callers in by their keys, no more often than they may.</summary>
internal sealed class Gate : IDisposable
{
    private readonly KeyFile? keys;
    private readonly KeyFile? administrators;
    private readonly PartitionedRateLimiter<string>? limiter;

    /// <exception cref="ServingSetupException">A key file cannot be used.</exception>
    public Gate(HttpOptions options, ILogger log, TimeProvider clock)
    {
        keys = options.ApiKeyFile is { } file ? new(file, "api_key_file", log, clock) : null;
        administrators = options.AdminKeyFile is { } other ? new(other, "admin_key_file", log, clock) : null;
        if (options.RateLimit is not { } rate) return;
        limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate, TokensPerPeriod = rate, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0, AutoReplenishment = true,
        }));
    }

    /// <summary>Lets a request pass or refuses it, before a byte of its body is read.</summary>
    /// <exception cref="RequestException">It has no key, a wrong one, one that does not suffice, or came too soon.</exception>
    public void Check(HttpContext context, Access access)
    {
        if (access == Access.Open) return;
        var key = KeyOf(context.Request.Headers);
        var name = access == Access.Administrator ? Administrator(key) : keys is null ? null : Caller(key);
        if (name is not null) Answering.NoteCaller(context, name);
        if (limiter is null) return;
        using var lease = limiter.AttemptAcquire(name is null ? $"address {context.Connection.RemoteIpAddress}" : $"{access} {name}");
        if (lease.IsAcquired) return;
        throw new RequestException(ServingFault.RateExceeded, "rate_exceeded", "more requests a second than this key may make; try again later")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    public void Dispose() => limiter?.Dispose();

    private string Caller(string? key)
    {
        if (key is null) throw new RequestException(ServingFault.Unauthenticated, "no_key", "a key is needed: Authorization: Bearer KEY, or X-API-Key: KEY");
        return keys!.NameOf(key) ?? throw new RequestException(ServingFault.Unauthenticated, "wrong_key", "the key is not known here");
    }

    private string Administrator(string? key)
    {
        if (administrators is null) throw new RequestException(ServingFault.Forbidden, "no_administrator", "this server takes no orders about its models: it was started without keys for that");
        if (key is null) throw new RequestException(ServingFault.Unauthenticated, "no_key", "an administrator's key is needed: Authorization: Bearer KEY, or X-API-Key: KEY");
        if (administrators.NameOf(key) is { } name) return name;
        throw keys?.NameOf(key) is null
            ? new RequestException(ServingFault.Unauthenticated, "wrong_key", "the key is not known here")
            : new RequestException(ServingFault.Forbidden, "no_administrator", "the key may ask models and not order about them");
    }

    private static string? KeyOf(IHeaderDictionary headers)
    {
        const string scheme = "Bearer ";
        if (headers.Authorization is [{ } given] && given.StartsWith(scheme, ignoreCase: true, CultureInfo.InvariantCulture)) return given[scheme.Length..].Trim();
        return headers["X-API-Key"] is [{ Length: > 0 } key] ? key : null;
    }
}
