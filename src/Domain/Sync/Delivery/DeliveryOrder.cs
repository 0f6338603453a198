using System.Collections.Immutable;

namespace Marketplace.Sync.Delivery;

/// <summary>Which events may go next without overtaking: not what has one of its key before it that is under way, or waits.</summary>
/// <param name="window">What was read ahead.</param>
/// <param name="unsettled">What waits.</param>
/// <param name="busy">Keys that a request is under way for.</param>
internal sealed class DeliveryOrder(DeliveryWindow window, UnsettledEvents unsettled, IReadOnlySet<string> busy)
{
    /// <summary>What to find out with whether the endpoint is back; null if there is nothing.</summary>
    public DeliveryAttempt? Probe(DeliveryOrdering ordering)
    {
        var item = unsettled.FirstOfKeys(ordering).FirstOrDefault() is { } waiting
            ? AttemptItem.Again(waiting, ordering)
            : window.Open.FirstOrDefault() is { } slot ? AttemptItem.First(slot.Event, ordering) : null;
        return item is null ? null : new DeliveryAttempt([item]) { IsProbe = true };
    }

    /// <summary>What has waited long enough; otherwise what was not tried yet.</summary>
    public DeliveryAttempt? Next(DeliveryEndpoint endpoint, DateTimeOffset now) => Due(endpoint.Ordering, now) ?? Fresh(endpoint);

    private DeliveryAttempt? Due(DeliveryOrdering ordering, DateTimeOffset now) =>
        unsettled.FirstOfKeys(ordering).Where(first => first.DueAt <= now).Select(first => AttemptItem.Again(first, ordering)).FirstOrDefault(item => !busy.Contains(item.Key)) is { } due
            ? new DeliveryAttempt([due])
            : null;

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

        return items.Count == 0 ? null : new DeliveryAttempt(items.ToImmutable());
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
