using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Replay.Receivers;

/// <summary>A plugin's server, on one loopback port across restarts.</summary>
internal sealed class Receiver(RequestDelegate answer) : IAsyncDisposable
{
    // Below the kernel's range for outgoing ports, so that it is free again after a restart.
    private const int LowestPort = 10_000;
    private const int HighestPort = 32_000;
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(200);

    private WebApplication? _app;

    public int Port { get; private set; }

    public Uri UrlOf(string path) => new($"http://127.0.0.1:{Port}/{path}");

    /// <exception cref="IOException">The port was taken by another process.</exception>
    public async Task Start(CancellationToken cancellationToken)
    {
        Port = Port == 0 ? FreePort() : Port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, Port);
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;
        });
        _app = builder.Build();
        _app.Run(answer);
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>Stops abruptly: requests in flight lose their connection.</summary>
    public async Task Stop()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            using var limit = new CancellationTokenSource(StopLimit);
            await app.StopAsync(limit.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await Stop();

    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(LowestPort, HighestPort);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try the next one.
            }
        }
    }
}
