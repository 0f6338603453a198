using Marketplace.Api.Http.Problems;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>
/// The live connections of this process: so many at most, and so many of one installation. A client may hang, or be gone without a word,
/// and nobody can tell: so the oldest connection of an installation gives way to a new one after a time, and where the process is full the
/// plugin that holds the most gives way to one that holds less.
/// </summary>
internal sealed class LiveConnections(IOptions<LiveOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();

    // In the order in which they came.
    private readonly List<LivePlace> _open = [];

    /// <summary>A place, until it is disposed of or ended; or the refusal of one more.</summary>
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
    /// Of the plugin that holds the most, the installation that holds the most ends its oldest connection; not for one that would hold as
    /// many.
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

/// <summary>The place of one live connection.</summary>
internal sealed class LivePlace(LiveConnections connections, InstallationId installation, DateTimeOffset since) : IDisposable
{
    // Not disposed of: its end may come at the same moment, and it holds nothing but memory.
    private readonly CancellationTokenSource _ending = new();

    public InstallationId Installation => installation;

    /// <summary>When the connection came.</summary>
    public DateTimeOffset Since => since;

    /// <summary>Cancelled when another connection takes the place.</summary>
    public CancellationToken Ended => _ending.Token;

    /// <summary>Whoever waits for something in the connection's name goes on in its own time.</summary>
    public void End() => _ = _ending.CancelAsync();

    public void Dispose() => connections.Leave(this);
}
