using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>Decides which events may go next without overtaking: never one with an event of its key before it under way or waiting.</summary>
/// <param name="window">What was read ahead.</param>
/// <param name="unsettled">What waits.</param>
/// <param name="busy">Keys that a request is under way for.</param>
internal sealed class DeliverySequencer(DeliveryWindow window, UnsettledEvents unsettled, IReadOnlySet<string> busy)
{
    // So many keys take turns as probes: one event that nobody takes must not keep an endpoint closed that takes all others.
    private const int Probes = 16;

    /// <summary>What to find out with whether the endpoint is back; null if there is nothing.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="turn">Probes that failed so far.</param>
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

    /// <summary>What has waited long enough; otherwise what was not tried yet.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now) =>
        Due(unsettled.FirstOfKeys(endpoint.Ordering), endpoint, now) ?? Fresh(endpoint);

    /// <summary>
    /// The lifecycle event that goes next while the installation is stopped; one by one, for what was sent with them may not go.
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

    /// <summary>The request that failed, as it was: unless the endpoint takes no more so many at once.</summary>
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

    // Behind one of its key that waits; where no more may wait it keeps its place in the window, and the cursor stands.
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
