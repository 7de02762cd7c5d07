using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(true, "2.0")]
    public async Task Certificate_from_PEM_files_is_shown(bool inOneFile, string version)
    {
        var (certificate, key) = Write();
        if (inOneFile) File.AppendAllText(certificate, File.ReadAllText(key));
        await using var server = await TestServer.StartAsync(new() { TlsCertificate = certificate, TlsKey = inOneFile ? null : key });
        Assert.Equal("https", server.Host.Address.Scheme);
        string? shown = null;
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, given, _, _) => (shown = given!.Subject) is not null };
        using var client = new HttpClient(handler) { DefaultRequestVersion = new Version(version), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var content = TestServer.Picture(TestServer.Png);
        using var response = await client.PostAsync(new Uri(server.Host.Address, "/v1/classify"), content);
        Assert.Equal((HttpStatusCode.OK, new Version(version), "CN=served"), (response.StatusCode, response.Version, shown));
    }

    [Fact]
    public async Task Files_that_hold_no_certificate_end_the_start()
    {
        var (certificate, key) = Write();
        File.WriteAllText(scratch.At("text.pem"), "no certificate");
        foreach (var (file, other, part) in new[] { (certificate, null, "hold no certificate"), (scratch.At("text.pem"), key, "hold no certificate"), (scratch.At("none.pem"), key, "cannot be read"), (certificate, scratch.At("text.pem"), "hold no certificate") })
        {
            var fault = await Assert.ThrowsAsync<ServingSetupException>(() => TestServer.StartAsync(new() { TlsCertificate = file, TlsKey = other }));
            Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task REST_and_gRPC_share_the_port_that_speaks_TLS_unless_gRPC_has_its_own(bool ownPort)
    {
        var (certificate, key) = Write();
        await using var server = await TestServer.StartAsync(new() { TlsCertificate = certificate, TlsKey = key, GrpcPort = ownPort ? 0 : null });
        Assert.Equal(!ownPort, server.Host.GrpcAddress == server.Host.Address);
        Assert.Equal("https", server.Host.GrpcAddress.Scheme);
        foreach (var address in (Uri[])[server.Host.Address, server.Host.GrpcAddress])
        {
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
            using var calls = new Grpc.Tests.Calls(address, handler);
            Assert.Equal(Grpc.Tests.Calls.Expected, (await calls.InferAsync(Grpc.Tests.Calls.Floats())).Outputs[0].Contents.Fp32Contents);
        }
        using var rest = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var client = new HttpClient(rest);
        using var content = TestServer.Picture(TestServer.Png);
        using var response = await client.PostAsync(new Uri(server.Host.Address, "/v1/classify"), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private (string Certificate, string Key) Write()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=served", key, HashAlgorithmName.SHA256).CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(scratch.At("cert.pem"), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(scratch.At("key.pem"), key.ExportPkcs8PrivateKeyPem() + "\n");
        return (scratch.At("cert.pem"), scratch.At("key.pem"));
    }
}
