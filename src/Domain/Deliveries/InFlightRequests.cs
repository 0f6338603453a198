namespace Marketplace.Deliveries;

/// <summary>The requests in flight: how many, and the ordering keys that they occupy.</summary>
/// <param name="window">Marks events in flight.</param>
/// <param name="breaker">Says whether the endpoint may be contacted.</param>
/// <param name="pace">Limits concurrent requests.</param>
internal sealed class InFlightRequests(DeliveryWindow window, EndpointBreaker breaker, ReceiverPace pace)
{
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    /// <summary>Keys of the requests in flight.</summary>
    public IReadOnlySet<string> BusyKeys => _busy;

    /// <summary>True if another request may start.</summary>
    public bool CanStart(DateTimeOffset now) => breaker.Allows(now) && Count < pace.Limit;

    /// <summary>Starts a request; it must be ended or cancelled.</summary>
    /// <returns>The request, with its number in this process.</returns>
    public DeliveryAttempt Start(DeliveryAttempt attempt)
    {
        // Two requests of one key at once could overtake each other on their way to the receiver.
        DeliveryInvariant.Require(!attempt.Items.Any(item => _busy.Contains(item.Key)));
        Count++;
        foreach (var item in attempt.Items)
        {
            _busy.Add(item.Key);
            if (window.Find(item.Seq) is { } slot)
            {
                slot.IsInFlight = true;
            }
        }

        return attempt with
        {
            Ordinal = pace.Begin(),
        };
    }

    /// <summary>Ends a request that was sent; its outcome decides about its slots of the window.</summary>
    public void End(DeliveryAttempt attempt)
    {
        DeliveryInvariant.Require(Count > 0);
        Count--;
        _busy.ExceptWith(attempt.Items.Select(item => item.Key));
    }

    /// <summary>Ends a request that was not sent.</summary>
    public void Cancel(DeliveryAttempt attempt)
    {
        End(attempt);
        foreach (var item in attempt.Items)
        {
            if (window.Find(item.Seq) is { } slot)
            {
                slot.IsInFlight = false;
            }
        }
    }

    /// <summary>Frees all keys: the requests in flight belong to an enablement that has ended.</summary>
    public void FreeKeys() => _busy.Clear();
}
