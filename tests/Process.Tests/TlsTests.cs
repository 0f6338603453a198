using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A production server that ends TLS itself, beyond loopback, with all that docs/operating.md asks of it.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Year = "max-age=31536000";
    private const string NotThere = "/nothing/here";
    private const string Password = "of-both-files";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tls-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_production_server_by_TLS_is_strict_about_transport_and_binds_its_cookies_to_the_host()
    {
        var database = await (await PostgresServer.Shared).CreateDatabase();
        using var certificate = MakeCertificate("server.pfx");
        await using var silo = new SiloProcess(Production(database, certificate));
        var client = await MakeOperator(silo);
        await silo.Start();
        using var http = new HttpClient(silo.Handler()) { BaseAddress = silo.BaseAddress };

        foreach (var path in (string[])["/health/ready", "/problems", "/docs/v1", "/ops/sign-in", "/.well-known/jwks", NotThere])
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.True(answer.StatusCode == (path == NotThere ? HttpStatusCode.NotFound : HttpStatusCode.OK), $"{path}: {answer}");
            Assert.Equal(Year, Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        }

        using var session = await SignIn(http, client);
        Assert.True(session.StatusCode == HttpStatusCode.SeeOther, $"{session}");
        var cookie = Assert.Single(session.Headers.GetValues("Set-Cookie"));
        AssertBoundToHost(cookie);
        Assert.Equal(HttpStatusCode.OK, await Dashboard(http, cookie.Split(';')[0]));
        Assert.Equal(HttpStatusCode.Redirect, await Dashboard(http, cookie.Split(';')[0]["__Host-".Length..]));
        await AssertAnswersOldProtocol(silo, certificate);
        AssertNoComplaint(silo);
        Assert.Equal(0, await silo.Terminate());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What docs/operating.md asks of a production server, and nothing else.</summary>
    private SiloOptions Production(string database, X509Certificate2 certificate)
    {
        using var keys = MakeCertificate("keys.pfx");
        return new SiloOptions
        {
            Demo = false,
            Environment = "Production",
            PostgreSql = database,
            Certificate = certificate,
            Settings = new Dictionary<string, string>
            {
                ["Marketplace:Identity:Issuer"] = "https://market.example/",
                ["Marketplace:Identity:KeyCertificate:Path"] = Path.Combine(_folder.FullName, "keys.pfx"),
                ["Kestrel:Certificates:Default:Path"] = Path.Combine(_folder.FullName, "server.pfx"),
            },
            Variables = new Dictionary<string, string>
            {
                ["Marketplace__Identity__KeyCertificate__Password"] = Password,
                ["Kestrel__Certificates__Default__Password"] = Password,
            },
        };
    }

    /// <summary>The first client of an empty store, created by the command that docs/operating.md names.</summary>
    private static async Task<DemoClient> MakeOperator(SiloProcess silo)
    {
        var made = await silo.Admin("create-client", "--id=the-operator", "--role=operator");
        Assert.True(made.ExitCode == 0, made.Output);
        return new DemoClient("the-operator", ClientSecretOutput.Of(made), "operator", null);
    }

    private X509Certificate2 MakeCertificate(string file)
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(Path.Combine(_folder.FullName, file), certificate.Export(X509ContentType.Pkcs12, Password));
        return certificate;
    }

    private static async Task<HttpResponseMessage> SignIn(HttpClient http, DemoClient client)
    {
        using var form = new FormUrlEncodedContent([new("client_id", client.Id), new("client_secret", client.Secret)]);
        return await http.PostAsync(new Uri("/ops/sign-in", UriKind.Relative), form, Token);
    }

    private static async Task<HttpStatusCode> Dashboard(HttpClient http, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ops/dashboard/");
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("Accept", "text/html");
        using var answer = await http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static void AssertBoundToHost(string cookie)
    {
        Assert.StartsWith("__Host-marketplace-operator=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>HTTP/1.0, with and without a host: answered whole, and the connection ends.</summary>
    private static async Task AssertAnswersOldProtocol(SiloProcess silo, X509Certificate2 certificate)
    {
        foreach (var path in (string[])["/health/ready", "/problems", "/ops/sign-in"])
        {
            foreach (var host in (string[])["", $"Host: {silo.BaseAddress.Authority}\r\n"])
            {
                var answer = await Ask(silo.BaseAddress.Port, certificate, $"GET {path} HTTP/1.0\r\n{host}\r\n");
                Assert.Matches(@"^HTTP/1\.[01] 200 ", answer);
                Assert.Contains($"Strict-Transport-Security: {Year}\r\n", answer, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("Transfer-Encoding", answer, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private static async Task<string> Ask(int port, X509Certificate2 certificate, string request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, port, Token);
        await using var tls = new SslStream(connection.GetStream(), leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "market.example",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString(),
        };
        await tls.AuthenticateAsClientAsync(options, Token);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var reader = new StreamReader(tls, Encoding.UTF8);
        return await reader.ReadToEndAsync(Token);
    }

    private static void AssertNoComplaint(SiloProcess silo)
    {
        Assert.DoesNotContain(" error ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" warning ", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}
