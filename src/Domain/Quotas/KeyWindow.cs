using Marketplace.Billing;

namespace Marketplace.Quotas;

/// <summary>
/// The idempotency keys of an installation's last 24 hours. A key is running from its reservation until its call's row is durable; from
/// then on repeats are answered from that row.
/// </summary>
internal sealed class KeyWindow
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Dictionary<UInt128, Entry> _entries = [];
    private readonly Queue<(UInt128 Key, DateTimeOffset At)> _byAge = new();
    private DateTimeOffset _latest;

    /// <summary>How long after its first use a key is answered.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(24);

    /// <param name="kept">The keys stored in the ledger.</param>
    /// <param name="now">When the ledger was read; expired keys are excluded.</param>
    public KeyWindow(IReadOnlyList<KeptKey> kept, DateTimeOffset now)
    {
        _latest = now;
        foreach (var key in kept)
        {
            Keep(key);
        }
    }

    /// <summary>The effect of an earlier use of the key; null without one.</summary>
    public (Reservation.Repeated? Answer, Refusal? Refusal)? Find(IdempotencyKey key, DateTimeOffset now)
    {
        Forget(now);
        if (!_entries.TryGetValue(key.Key, out var entry))
        {
            return null;
        }

        if (entry.Key.Request != key.Request)
        {
            return (null, QuotaRefusals.ReusedKey());
        }

        return entry.Kept is { } kept
            ? (new Reservation.Repeated(kept.Day, kept.Seq, kept.Number), null)
            : (null, QuotaRefusals.RunningKey(now + RetryAfter));
    }

    /// <summary>
    /// Starts tracking the call's key, if it has one, and returns the instant of its use. If the clock has stepped back, a key may be free
    /// that expired by the later time: its new use then counts from that later instant, so that the ledger never contains two uses less
    /// than a lifetime apart.
    /// </summary>
    public DateTimeOffset Start(CallIntent intent, DateTimeOffset now)
    {
        if (intent.Key is not { } started)
        {
            return now;
        }

        _entries[started.Key] = new Entry(started, intent.CallId, null);
        return now > _latest ? now : _latest;
    }

    /// <summary>Frees the key of a call that did not happen.</summary>
    public void Forget(CallIntent intent)
    {
        if (
            intent.Key is { } started
            && _entries.TryGetValue(started.Key, out var entry)
            && entry.Call == intent.CallId
            && entry.Kept is null
        )
        {
            _entries.Remove(started.Key);
        }
    }

    public void Keep(UsageRow row)
    {
        foreach (var kept in KeptKeys.Of(row))
        {
            Keep(kept);
        }
    }

    private void Keep(KeptKey kept)
    {
        _entries[kept.Key.Key] = new Entry(kept.Key, default, kept);
        _byAge.Enqueue((kept.Key.Key, kept.At));
    }

    private void Forget(DateTimeOffset now)
    {
        _latest = now > _latest ? now : _latest;
        while (_byAge.TryPeek(out var oldest) && now - oldest.At >= Lifetime)
        {
            _byAge.Dequeue();
            if (_entries.TryGetValue(oldest.Key, out var entry) && entry.Kept?.At == oldest.At)
            {
                _entries.Remove(oldest.Key);
            }
        }
    }

    private sealed record Entry(IdempotencyKey Key, UInt128 Call, KeptKey? Kept);
}

/// <summary>Extracts the idempotency keys from ledger rows.</summary>
public static class KeptKeys
{
    /// <exception cref="FormatException">The row is unreadable.</exception>
    public static IEnumerable<KeptKey> Of(UsageRow row)
    {
        var number = row.First;
        foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries)
        {
            if (entry.Key is { } key)
            {
                yield return new KeptKey(new IdempotencyKey(key.Key, key.Request), entry.At, row.Day, row.Seq, number);
            }

            number++;
        }
    }
}
