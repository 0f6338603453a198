using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Deliveries;

/// <summary>One installation with its book, its plugin's calls and, for push, its endpoint.</summary>
internal sealed record Subscription(InstallationBook Book, PluginDesk Desk, PluginEndpoint? Endpoint) : IDisposable
{
    public void Dispose() => Desk.Dispose();
}
