using Marketplace.Grains.Ports;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.Sending;

/// <summary>
/// Limits this process's concurrent requests to plugins' endpoints per host and port, shared fairly, so that hanging requests do not starve
/// others. A request without a slot waits; the wait is not charged to the receiver.
/// </summary>
public sealed class SendPlaces(IOptions<WebhookOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Authority> _authorities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Requests currently waiting for a slot.</summary>
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

    /// <summary>Waits until the request may be made; the slot is held until disposed.</summary>
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
            // If it was admitted at the same moment it keeps its slot, and the caller sees the cancellation through its own token.
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
