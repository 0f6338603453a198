using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>
/// Decides which events may go next without overtaking: never one with an event of its key before it under way or waiting.
/// </summary>
/// <param name="window">What was read ahead.</param>
/// <param name="unsettled">What waits.</param>
/// <param name="busy">Keys that a request is under way for.</param>
internal sealed class DeliverySequencer(DeliveryWindow window, UnsettledEvents unsettled, IReadOnlySet<string> busy)
{
    // Number of keys that take turns as probes: one event the receiver always refuses must not keep an endpoint closed that accepts all
    // others.
    private const int Probes = 16;

    /// <summary>The event to probe the endpoint with; null if there is none.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="turn">Probes failed so far.</param>
    /// <param name="now">The instant.</param>
    public DeliveryAttempt? Probe(DeliveryEndpoint endpoint, int turn, DateTimeOffset now)
    {
        var waiting = unsettled.FirstOfKeys(endpoint.Ordering).Take(Probes).Select(first => Again(first, endpoint, now)).ToList();
        if (endpoint.Ordering == DeliveryOrdering.PerOrder || waiting.Count == 0)
        {
            var behind = unsettled.Waiting.Select(one => one.Key).ToHashSet(StringComparer.Ordinal);
            waiting.AddRange(
                window
                    .Open.Select(slot => slot.Event)
                    .Where(@event => behind.Add(@event.Key))
                    .Take(endpoint.Ordering == DeliveryOrdering.PerOrder ? Probes : 1)
                    .Select(@event => new DeliveryAttempt([AttemptItem.First(@event, endpoint.Ordering)]))
            );
        }

        return waiting.Count == 0 ? null : waiting[turn % waiting.Count] with { IsProbe = true };
    }

    /// <summary>A waiting event that is due; otherwise an event not tried yet.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now) =>
        Due(unsettled.FirstOfKeys(endpoint.Ordering), endpoint, now) ?? Fresh(endpoint);

    /// <summary>
    /// The next lifecycle event while the installation is stopped. One at a time, because the events it was batched with may not be sent.
    /// </summary>
    public DeliveryAttempt? NextLifecycle(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        unsettled.SplitLifecycle();
        return Due(unsettled.FirstOfKeys(endpoint.Ordering, lifecycleOnly: true), endpoint, now);
    }

    /// <summary>As <see cref="Probe"/>, with the first lifecycle event.</summary>
    public DeliveryAttempt? ProbeLifecycle(DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        unsettled.SplitLifecycle();
        return unsettled
            .FirstOfKeys(endpoint.Ordering, lifecycleOnly: true)
            .Select(first => Again(first, endpoint, now) with { IsProbe = true })
            .FirstOrDefault();
    }

    private DeliveryAttempt? Due(IEnumerable<WaitingEvent> firsts, DeliveryEndpoint endpoint, DateTimeOffset now) =>
        firsts
            .Where(first => first.NextAt <= now)
            .Select(first => Again(first, endpoint, now))
            .FirstOrDefault(attempt => !attempt.Items.Any(item => busy.Contains(item.Key)));

    /// <summary>The failed request, unchanged, unless the endpoint now accepts smaller batches only.</summary>
    private DeliveryAttempt Again(WaitingEvent first, DeliveryEndpoint endpoint, DateTimeOffset now)
    {
        var together = unsettled.SentWith(first, endpoint.Ordering);
        return together.Count > endpoint.BatchSize
            ? new DeliveryAttempt([AttemptItem.Again(first, endpoint.Ordering, now)])
            : new DeliveryAttempt(Numbered([.. together.Select(waiting => AttemptItem.Again(waiting, endpoint.Ordering, now))]));
    }

    private static ImmutableArray<AttemptItem> Numbered(ImmutableArray<AttemptItem> items) =>
        items.Length == 1 ? items : [.. items.Select(item => item with { Batch = items[0].Seq })];

    private DeliveryAttempt? Fresh(DeliveryEndpoint endpoint)
    {
        var ordering = endpoint.Ordering;
        if (ordering == DeliveryOrdering.PerSeller && (unsettled.Waiting.Count > 0 || busy.Count > 0))
        {
            return null;
        }

        var behind = unsettled.Waiting.Select(waiting => waiting.Key).ToHashSet(StringComparer.Ordinal);
        var (items, passed) = (ImmutableArray.CreateBuilder<AttemptItem>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var slot in window.Open.ToArray())
        {
            var item = AttemptItem.First(slot.Event, ordering);
            if (busy.Contains(item.Key) || passed.Contains(item.Key))
            {
                passed.Add(item.Key);
            }
            else if (behind.Contains(item.Key))
            {
                Queue(slot, item, passed);
            }
            else
            {
                items.Add(item);
                if (items.Count == endpoint.BatchSize)
                {
                    break;
                }
            }
        }

        return items.Count == 0 ? null : new DeliveryAttempt(Numbered(items.ToImmutable()));
    }

    // Waits behind an earlier event of its key; if no more may wait it stays in the window, and the cursor stops.
    private void Queue(WindowSlot slot, AttemptItem item, HashSet<string> passed)
    {
        if (unsettled.IsFull)
        {
            passed.Add(item.Key);
            return;
        }

        slot.IsWaiting = true;
        unsettled.Queue(slot.Event);
    }
}
