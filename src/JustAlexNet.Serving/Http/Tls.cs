using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using JustAlexNet.Imaging.Decoding;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace JustAlexNet.Serving.Http;

/// <summary>A certificate from PEM files.</summary>
internal static class Tls
{
    /// <summary>What Kestrel needs; null without a certificate.</summary>
    /// <exception cref="ServingSetupException">The files cannot be used.</exception>
    public static HttpsConnectionAdapterOptions? Of(HttpOptions options)
    {
        if (options.TlsCertificate is not { } file) return null;
        if (SpecialFile.Is(file) || (options.TlsKey is { } other && SpecialFile.Is(other))) throw new ServingSetupException($"of `tls_certificate` {file}{(options.TlsKey is { } pipe ? $" and `tls_key` {pipe}" : "")} one is a pipe, a socket or a device.\nExpected PEM files: BEGIN CERTIFICATE, and BEGIN PRIVATE KEY.");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return new() { ServerCertificate = X509Certificate2.CreateFromPemFile(file, options.TlsKey), ServerCertificateChain = chain, HandshakeTimeout = options.HeaderTimeout };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or CryptographicException)
        {
            var reason = e is CryptographicException ? "hold no certificate with its unencrypted private key" : "cannot be read";
            throw new ServingSetupException($"the files of `tls_certificate` {file}{(options.TlsKey is { } key ? $" and `tls_key` {key}" : "")} {reason}.\nExpected PEM files: BEGIN CERTIFICATE, and BEGIN PRIVATE KEY.", e);
        }
    }
}
