using Marketplace.Replay.Dataset;
using Marketplace.Replay.Events;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Deliveries;

/// <summary>The events owed to one installation and their arrivals. Thread-safe.</summary>
internal sealed class InstallationBook
{
    private const string LifecycleSource = "urn:marketplace:lifecycle";

    private readonly Lock _lock = new();
    private readonly Dictionary<EventKey, OwedEvent> _owed = [];
    private readonly Findings _findings;
    private readonly TimeProvider _time;
    private int _open;
    private int _poisoned;

    /// <remarks><c>perSeller</c>: true if no event may overtake any other; otherwise only those of one order are ordered.</remarks>
    public InstallationBook(Mandate mandate, IDataset dataset, Findings findings, TimeProvider time)
    {
        (Mandate, _findings, _time) = (mandate, findings, time);
        var buyers = dataset.OrdersOf(mandate.Seller).ToDictionary(order => order.Id, order => order.Buyer, StringComparer.Ordinal);
        var last = new Dictionary<string, OwedEvent>(StringComparer.Ordinal);
        foreach (var sent in Timeline.Of(dataset, mandate.Seller))
        {
            if (mandate.Scopes.Contains(EventKey.ScopeOf(sent.Type)))
            {
                Owe(sent, buyers, last);
            }
        }

        _open = _owed.Count;
    }

    public Mandate Mandate { get; }

    public int Owed => _owed.Count;

    /// <summary>Requests and batches with already stored events.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Arrived events, including repeats.</summary>
    public int Arrivals { get; private set; }

    public void Accepted(SellerEvent sent)
    {
        lock (_lock)
        {
            if (_owed.TryGetValue(EventKey.Of(sent), out var owed))
            {
                owed.AcceptedAt ??= _time.GetTimestamp();
            }
        }
    }

    /// <summary>Checks arriving events, whatever happens to them afterwards: owed, in order, identical to earlier arrivals.</summary>
    public IReadOnlyList<OwedEvent> Arrive(IReadOnlyList<ArrivedEvent> events)
    {
        lock (_lock)
        {
            var together = new List<OwedEvent>(events.Count);
            foreach (var one in events)
            {
                if (Known(one) is { } owed)
                {
                    Check(owed, one, together);
                    together.Add(owed);
                }
            }

            return together;
        }
    }

    /// <summary>Records that the receiver stored them.</summary>
    public void Keep(IReadOnlyList<OwedEvent> events)
    {
        lock (_lock)
        {
            foreach (var owed in events)
            {
                owed.KeptAt ??= _time.GetTimestamp();
            }
        }
    }

    /// <summary>
    /// Records the receiver's acknowledgement; call it before the answer is sent, so that follow-up events are never early.
    /// </summary>
    public void Acknowledge(IReadOnlyList<OwedEvent> events)
    {
        lock (_lock)
        {
            foreach (var owed in events.Where(owed => !owed.Acknowledged))
            {
                owed.Acknowledged = true;
                _open--;
                _poisoned -= owed.Poisoned ? 1 : 0;
            }
        }
    }

    /// <summary>Records that the receiver will refuse them until they are dead letters: later events need not wait for them then.</summary>
    public void Poison(IReadOnlyList<OwedEvent> events)
    {
        lock (_lock)
        {
            foreach (var owed in events.Where(owed => owed is { Poisoned: false, Acknowledged: false }))
            {
                owed.Poisoned = true;
                _poisoned++;
            }
        }
    }

    /// <summary>Owed events not acknowledged, poisoned ones counted separately.</summary>
    public (int Waiting, int Poisoned) Left()
    {
        lock (_lock)
        {
            return (_open - _poisoned, _poisoned);
        }
    }

    /// <summary>A copy of all events' states.</summary>
    public IReadOnlyList<OwedEvent> Events()
    {
        lock (_lock)
        {
            return [.. _owed.Values];
        }
    }

    private void Owe(SellerEvent sent, Dictionary<string, Buyer> buyers, Dictionary<string, OwedEvent> last)
    {
        var order = sent switch
        {
            SellerEvent.Tracked tracked => tracked.Order.Id,
            SellerEvent.ProductUpdated => $"product {sent.Subject}",
            _ => sent.Subject,
        };
        var line = Mandate.PerSeller ? "" : order;
        var owed = new OwedEvent(EventKey.Of(sent), order, last.GetValueOrDefault(line), buyers.GetValueOrDefault(order));
        if (_owed.TryAdd(owed.Key, owed))
        {
            last[line] = owed;
        }
    }

    private OwedEvent? Known(ArrivedEvent one)
    {
        if (one.Key is { } key && _owed.TryGetValue(key, out var owed))
        {
            return owed;
        }

        // Lifecycle events are not sent by the platform; one for another installation is an error.
        if (OrderComparison.Text(one.Json, "source") == LifecycleSource && one.Key?.Subject == Mandate.Installation)
        {
            return null;
        }

        _findings.Add(
            Wrong.Stranger,
            $"{Mandate.Installation}: {one.Key?.Type ?? "an event"} {one.Key?.Subject} was not sent, or is not owed"
        );
        return null;
    }

    private void Check(OwedEvent owed, ArrivedEvent one, List<OwedEvent> together)
    {
        Arrivals++;
        Duplicates += owed.KeptAt is null ? 0 : 1;
        if (owed.Id is null)
        {
            (owed.Id, owed.Digest) = (one.Id, one.Digest);
            LookAtTurn(owed, together);
            LookForLeaks(owed, one);
            return;
        }

        if (owed.Id != one.Id)
        {
            _findings.Add(Wrong.OtherId, $"{Where(owed)} came as {owed.Id} and as {one.Id}");
        }

        if (owed.Digest != one.Digest)
        {
            _findings.Add(Wrong.OtherBytes, $"{Where(owed)} came again as other bytes");
            LookForLeaks(owed, one);
        }
    }

    private void LookAtTurn(OwedEvent owed, List<OwedEvent> together)
    {
        if (owed.Before is { Acknowledged: false, Poisoned: false } before && !together.Contains(before))
        {
            _findings.Add(Wrong.OutOfOrder, $"{Where(owed)} came before {before.Key.Type} {before.Key.Subject} was acknowledged");
        }
    }

    private void LookForLeaks(OwedEvent owed, ArrivedEvent one)
    {
        foreach (var leak in owed.Buyer is { } buyer ? PrivateData.Leaks(buyer, one.Json) : [])
        {
            _findings.Add(Wrong.Leak, $"private data in {Where(owed)} at {leak}");
        }
    }

    private string Where(OwedEvent owed) => $"{Mandate.Installation}: {owed.Key.Type} {owed.Key.Subject}";
}

/// <summary>One installation and its delivery mode.</summary>
/// <remarks><c>Receiver</c>: number of its server; null for pull. <c>BatchSize</c>: maximum events per request.</remarks>
internal sealed record Mandate(string Seller, string Plugin, IReadOnlySet<string> Scopes, int? Receiver, bool PerSeller, int BatchSize)
{
    public string Installation => $"{Seller}/{Plugin}";
}
