using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Quotas;

/// <summary>A call permitted to run, with its day and the reservation instant for the ledger.</summary>
internal sealed record OpenPermit(CallIntent Intent, MeterDay Day, DateTimeOffset At);

/// <summary>The open permits of a meter by call id; unsettled ones expire.</summary>
internal sealed class OpenPermits
{
    private readonly Dictionary<UInt128, OpenPermit> _open = [];
    private readonly Queue<(UInt128 Call, DateTimeOffset ExpiresAt)> _byAge = new();

    public int Count => _open.Count;

    public void Open(OpenPermit permit, DateTimeOffset now)
    {
        _open.Add(permit.Intent.CallId, permit);
        _byAge.Enqueue((permit.Intent.CallId, now + CallMeter.PermitLifetime));
    }

    public bool TryClose(UInt128 call, [NotNullWhen(true)] out OpenPermit? open) => _open.Remove(call, out open);

    /// <summary>Expires the oldest permit if it is due; call repeatedly until false.</summary>
    public bool TryExpire(DateTimeOffset now, [NotNullWhen(true)] out OpenPermit? expired)
    {
        while (_byAge.TryPeek(out var oldest))
        {
            if (_open.ContainsKey(oldest.Call) && now < oldest.ExpiresAt)
            {
                break;
            }

            _byAge.Dequeue();
            if (_open.Remove(oldest.Call, out expired))
            {
                return true;
            }
        }

        expired = null;
        return false;
    }
}
