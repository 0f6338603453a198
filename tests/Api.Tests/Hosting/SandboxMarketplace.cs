using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>
/// A marketplace with short rounds, whose connections to plugins' endpoints end at a real Kestrel with TLS on this machine, whatever host
/// a manifest declares.
/// </summary>
public sealed class SandboxMarketplace : TestMarketplace
{
    private SandboxPlugins? _plugins;

    public SandboxPlugins Plugins => _plugins!;

    public override async ValueTask InitializeAsync()
    {
        _plugins = await SandboxPlugins.Start();
        Settings["Marketplace:Rounds:Policy"] = "rounds-of-tests";
        Settings["Marketplace:Rounds:Orders"] = "25";
        Settings["Marketplace:Rounds:Duration"] = "00:00:03";
        Settings["Marketplace:Rounds:Grace"] = "00:00:01.500";
        Settings["Marketplace:Rounds:Spacing"] = "00:00:02";
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_plugins is not null)
        {
            await _plugins.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected override void Configure(IWebHostBuilder builder) =>
        builder.ConfigureTestServices(services =>
        {
            foreach (var client in new[] { "plugin-webhooks", "plugin-webhooks-fresh" })
            {
                services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(Plugins.Handler);
            }
        });
}

/// <summary>Plugins' endpoints: one server, one path for each plugin.</summary>
public sealed class SandboxPlugins : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly int _port;

    private SandboxPlugins(WebApplication app, X509Certificate2 certificate)
    {
        (_app, _certificate) = (app, certificate);
        _port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>How each plugin answers, by the path of its endpoint.</summary>
    public ConcurrentDictionary<string, Func<ReceivedWebhook, HttpContext, Task>> Behaviours { get; } = new(StringComparer.Ordinal);

    public static async Task<SandboxPlugins> Start()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=plugins.example", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        SandboxPlugins? plugins = null;
        app.Run(context => plugins!.Receive(context));
        await app.StartAsync();
        return plugins = new SandboxPlugins(app, certificate);
    }

    /// <summary>The real handler's settings that matter to a receiver, with all names at home here.</summary>
    public HttpMessageHandler Handler() =>
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, presented, _, _) =>
                    presented?.GetCertHashString() == _certificate.GetCertHashString(),
            },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task Receive(HttpContext context)
    {
        if (!Behaviours.TryGetValue(context.Request.Path, out var behaviour))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        await behaviour(new ReceivedWebhook(headers, body.ToArray()), context);
    }
}
