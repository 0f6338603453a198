using Marketplace.Grains.Ports;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.Sending;

/// <summary>
/// The places from which this process posts to plugins' endpoints: so many for each host and port, shared out so that nobody who hangs
/// there takes those of others. Who finds none waits for its turn, and that is no time of the receiver's.
/// </summary>
public sealed class SendPlaces(IOptions<WebhookOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Authority> _authorities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Requests that wait for a place now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _authorities.Values.Sum(authority => authority.Waiting);
            }
        }
    }

    /// <summary>Returns when the request may be made; its place is held until it is disposed of.</summary>
    public async ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(turn);
        var key = FormattableString.Invariant($"{turn.Url.IdnHost}:{turn.Url.Port}");
        lock (_gate)
        {
            if (!_authorities.TryGetValue(key, out var authority))
            {
                _authorities.Add(
                    key,
                    authority = new Authority(options.Value.ConnectionsPerEndpoint, options.Value.ConnectionsPerInstallation)
                );
            }

            authority.Ask(waiter);
        }

        await using var registration = cancellationToken.UnsafeRegister(_ => Withdraw(key, waiter, cancellationToken), null);
        await waiter.Admitted;
        return new Place(this, key, turn);
    }

    private void Withdraw(string key, Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Admitted in the same moment it keeps its place, and whoever waits learns of the end by its own token.
            if (waiter.Cancel(cancellationToken))
            {
                _authorities[key].Forget(waiter);
                Tidy(key);
            }
        }
    }

    private void Leave(string key, SendTurn turn)
    {
        lock (_gate)
        {
            _authorities[key].Leave(turn);
            Tidy(key);
        }
    }

    private void Tidy(string key)
    {
        if (_authorities[key].IsUnused)
        {
            _authorities.Remove(key);
        }
    }

    private sealed class Place(SendPlaces places, string key, SendTurn turn) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                places.Leave(key, turn);
            }
        }
    }
}
