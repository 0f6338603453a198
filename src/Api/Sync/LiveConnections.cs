using Marketplace.Installations;
using Marketplace.Sync.Delivery;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Sync;

/// <summary>The live connections of this process: so many at most, and so many of one installation.</summary>
internal sealed class LiveConnections(IOptions<LiveOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<InstallationId, int> _open = [];
    private int _all;

    /// <summary>A place, until it is disposed of; or the refusal of one more.</summary>
    public Outcome<IDisposable> Enter(InstallationId installation)
    {
        lock (_gate)
        {
            var own = _open.GetValueOrDefault(installation);
            if (own >= options.Value.PerInstallation)
            {
                return DeliveryRefusals.TooManyLive(options.Value.PerInstallation);
            }

            if (_all >= options.Value.PerProcess)
            {
                return Problems.ProblemWriter.Plain(Problems.ProblemKinds.Overloaded, "This process holds as many live connections as it takes.");
            }

            _open[installation] = own + 1;
            _all++;
            return new Outcome<IDisposable>(new Place(this, installation), null);
        }
    }

    private void Leave(InstallationId installation)
    {
        lock (_gate)
        {
            _all--;
            if (_open[installation] == 1)
            {
                _open.Remove(installation);
            }
            else
            {
                _open[installation]--;
            }
        }
    }

    private sealed class Place(LiveConnections connections, InstallationId installation) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                connections.Leave(installation);
            }
        }
    }
}
