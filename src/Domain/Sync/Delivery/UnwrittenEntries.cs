namespace Marketplace.Sync.Delivery;

/// <summary>What has happened since the last row of the delivery log.</summary>
internal sealed class UnwrittenEntries
{
    private readonly List<DeliveryEntry> _entries = [];

    public int Count => _entries.Count;

    public void Add(DeliveryEntry entry) => _entries.Add(entry);

    /// <summary>Adds how a request ended, for each of its events.</summary>
    public void Add(DeliveryAttempt attempt, AttemptResult result)
    {
        for (var i = 0; i < attempt.Items.Length; i++)
        {
            _entries.Add(Entry(attempt, attempt.Items[i], result, result.PayloadHashes.IsDefaultOrEmpty ? null : result.PayloadHashes[i]));
        }
    }

    /// <summary>Adds that an event is withheld; neighbours that are withheld for one reason are one entry.</summary>
    public void Withhold(long seq, string reason, DateTimeOffset now)
    {
        if (_entries.Count > 0 && _entries[^1] is { Outcome: DeliveryOutcome.Withheld } last && last.To == seq - 1 && last.Reason == reason)
        {
            _entries[^1] = last with { To = seq };
        }
        else
        {
            _entries.Add(new DeliveryEntry(seq, seq, DeliveryOutcome.Withheld, DeliveryChannel.Push, now) { Reason = reason });
        }
    }

    /// <summary>All of them, in order; there are none afterwards.</summary>
    public IReadOnlyList<DeliveryEntry> TakeAll()
    {
        var taken = _entries.ToArray();
        _entries.Clear();
        return taken;
    }

    private static DeliveryEntry Entry(DeliveryAttempt attempt, AttemptItem item, AttemptResult result, string? hash) => new(
        item.Seq,
        item.Seq,
        result.Taken ? DeliveryOutcome.Acknowledged : DeliveryOutcome.Failed,
        attempt.Replay is null ? DeliveryChannel.Push : DeliveryChannel.Replay,
        result.At)
    {
        Attempt = item.Failed + 1,
        Status = result.Status,
        LatencyMs = result.LatencyMs,
        Reason = result.Error,
        PayloadHash = hash,
        ResponseHash = result.ResponseHash,
        Schema = result.Schema,
        Replay = attempt.Replay,
        Batch = result.Batch,
    };
}
