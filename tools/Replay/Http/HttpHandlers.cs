namespace Marketplace.Replay.Http;

/// <summary>Connection settings.</summary>
internal static class HttpHandlers
{
    public static SocketsHttpHandler For(DemoFile demo, int connections) =>
        new()
        {
            MaxConnectionsPerServer = connections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !demo.BaseAddress.IsLoopback,
        };
}
