using Marketplace.Api.Http.Problems;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>
/// The live connections of this process, limited in total and per installation. A dead client cannot be detected, so the oldest connection
/// of an installation is replaced by a new one after a time, and when the process is full the plugin with the most connections yields to
/// one with fewer.
/// </summary>
internal sealed class LiveConnections(IOptions<LiveOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();

    // In order of arrival.
    private readonly List<LivePlace> _open = [];

    /// <summary>A slot, held until disposed or ended; or a refusal.</summary>
    public Outcome<LivePlace> Enter(InstallationId installation)
    {
        lock (_gate)
        {
            if (MakeRoom(installation) is { } refusal)
            {
                return refusal;
            }

            var place = new LivePlace(this, installation, time.GetUtcNow());
            _open.Add(place);
            return place;
        }
    }

    internal void Leave(LivePlace place)
    {
        lock (_gate)
        {
            _open.Remove(place);
        }
    }

    private Refusal? MakeRoom(InstallationId installation)
    {
        var own = _open.Where(place => place.Installation == installation).ToArray();
        if (own.Length >= options.Value.PerInstallation)
        {
            var replaceable = own[0].Since + TimeSpan.FromSeconds(options.Value.ReplaceAfterSeconds);
            if (time.GetUtcNow() < replaceable)
            {
                return DeliveryRefusals.TooManyLive(options.Value.PerInstallation, replaceable);
            }

            End(own[0]);
            return null;
        }

        return _open.Count < options.Value.PerProcess || GiveWay(installation)
            ? null
            : ProblemWriter.Plain(ProblemKinds.Overloaded, "This process holds as many live connections as it takes.");
    }

    /// <summary>
    /// Ends the oldest connection of the biggest installation of the plugin with the most connections; not for a plugin that would then
    /// hold as many.
    /// </summary>
    private bool GiveWay(InstallationId installation)
    {
        var most = _open.GroupBy(place => place.Installation.Plugin).MaxBy(plugin => plugin.Count())!;
        if (most.Count() <= _open.Count(place => place.Installation.Plugin == installation.Plugin) + 1)
        {
            return false;
        }

        End(most.GroupBy(place => place.Installation).MaxBy(own => own.Count())!.First());
        return true;
    }

    private void End(LivePlace place)
    {
        _open.Remove(place);
        place.End();
    }
}

/// <summary>The slot of one live connection.</summary>
internal sealed class LivePlace(LiveConnections connections, InstallationId installation, DateTimeOffset since) : IDisposable
{
    // Never disposed: End may run concurrently, and it holds only memory.
    private readonly CancellationTokenSource _ending = new();

    public InstallationId Installation => installation;

    /// <summary>When the connection was opened.</summary>
    public DateTimeOffset Since => since;

    /// <summary>Cancelled when another connection replaces this one.</summary>
    public CancellationToken Ended => _ending.Token;

    /// <summary>Ends the connection without waiting for callbacks.</summary>
    public void End() => _ = _ending.CancelAsync();

    public void Dispose() => connections.Leave(this);
}
