namespace Marketplace.Deliveries;

/// <summary>Entries since the last row of the delivery log.</summary>
internal sealed class UnwrittenEntries
{
    private readonly List<DeliveryEntry> _entries = [];

    public int Count => _entries.Count;

    public void Add(DeliveryEntry entry) => _entries.Add(entry);

    /// <summary>Adds the outcome of a request for each of its events.</summary>
    /// <param name="attempt">The request.</param>
    /// <param name="result">Its outcome.</param>
    /// <param name="times">Number of attempts that an event's entry represents; 0 for no entry.</param>
    public void Add(DeliveryAttempt attempt, AttemptResult result, Func<AttemptItem, int> times)
    {
        for (var i = 0; i < attempt.Items.Length; i++)
        {
            if (times(attempt.Items[i]) is > 0 and var count)
            {
                var entry = Entry(
                    attempt,
                    attempt.Items[i],
                    result,
                    result.PayloadHashes.IsDefaultOrEmpty ? null : result.PayloadHashes[i]
                );
                _entries.Add(count > 1 ? entry with { Times = count } : entry);
            }
        }
    }

    /// <summary>Adds a withheld event; neighbours withheld for the same reason share one entry.</summary>
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

    /// <summary>Removes and returns all entries in order.</summary>
    public IReadOnlyList<DeliveryEntry> Drain()
    {
        var taken = _entries.ToArray();
        _entries.Clear();
        return taken;
    }

    private static DeliveryEntry Entry(DeliveryAttempt attempt, AttemptItem item, AttemptResult result, string? hash) =>
        new(
            item.Seq,
            item.Seq,
            result.IsAccepted ? DeliveryOutcome.Acknowledged
                : result.IsPostponed ? DeliveryOutcome.Throttled
                : DeliveryOutcome.Failed,
            attempt.Replay is null ? DeliveryChannel.Push : DeliveryChannel.Replay,
            result.At
        )
        {
            Attempt = item.Number,
            Status = result.Status,
            LatencyMs = result.LatencyMs,
            Reason = result.Error,
            PayloadHash = hash,
            ResponseHash = result.ResponseHash,
            Schema = result.Schema,
            Replay = attempt.Replay,
            Batch = result.Batch,
            WaitSeconds = result.RetryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
        };
}
