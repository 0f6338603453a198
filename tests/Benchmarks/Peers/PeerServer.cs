using System.Globalization;

namespace Marketplace.Benchmarks.Peers;

/// <summary>
/// Runs one of the .NET peers in a process of its own: <c>peer &lt;name&gt; --port … --connection … --installations …</c>.
/// </summary>
internal static class PeerServer
{
    public static async Task<int> Run(string name, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        var port = builder.Configuration.GetValue<int>("port");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        if (name == OrleansPeer.Name)
        {
            OrleansPeer.AddSilo(builder);
        }

        await using var app = builder.Build();
        app.MapGet("/ready", () => Results.Ok());
        await Map(name, app);
        await app.RunAsync();
        return 0;
    }

    private static Task Map(string name, WebApplication app)
    {
        var tokens = PeerTokens.Table(app.Configuration.GetValue("installations", 100));
        switch (name)
        {
            case "hello":
                app.MapGet("/", () => "hello");
                return Task.CompletedTask;
            case "postgres":
                return PostgresPeer.Map(app, tokens);
            case OutboxPeer.Name:
                return OutboxPeer.Map(app);
            case StreamsPeer.Name:
                return StreamsPeer.Map(app);
            case OrleansPeer.Name:
                OrleansPeer.Map(app, tokens);
                return Task.CompletedTask;
            default:
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"There is no peer named {name}."), nameof(name));
        }
    }
}
