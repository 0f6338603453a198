using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>Events owed to an installation behind its cursor.</summary>
/// <param name="Events">How many.</param>
/// <param name="IsAtLeast">True if there may be more: counting ended before the feed did.</param>
/// <param name="OldestAt">When the first of them was accepted; null if there is none.</param>
internal readonly record struct OwedEvents(long Events, bool IsAtLeast, DateTimeOffset? OldestAt);

/// <summary>
/// Counts the events that wait for one installation. Each event is judged once, however often the count is asked for, until the entitlement
/// or the endpoint changes, or a minute has passed (a sync window moves with the clock). A cache of its own: it changes no state.
/// </summary>
/// <param name="state">The deliveries.</param>
/// <param name="head">The feed's last position.</param>
/// <param name="feed">The seller's feed.</param>
internal sealed class OwedBacklog(IDeliveryState state, FeedHead head, IFeedGrain feed)
{
    /// <summary>Maximum events counted.</summary>
    public const int MaxCounted = 10_000;

    private const int PageEvents = 1_000;

    // Maximum pages for one count: a long range without owed events must not keep the caller waiting.
    private const int MaxPages = 20;

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(1);

    private readonly Queue<(long Seq, DateTimeOffset AcceptedAt)> _owed = [];
    private long _readTo;
    private (Entitlement? Entitlement, DeliveryEndpoint? Endpoint) _judgedBy;
    private DateTimeOffset _judgedAt;
    private long _cursor;

    public async Task<OwedEvents> Count(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DropObsolete(now);
        for (var page = 0; page < MaxPages && _readTo < head.Seq && _owed.Count < MaxCounted; page++)
        {
            var read = await feed.ReadEvents(_readTo, PageEvents, cancellationToken);
            if (read.Events.IsEmpty)
            {
                break;
            }

            Add(read, now);
        }

        // The cursor may have moved while the feed was read.
        DropObsolete(now);
        return new OwedEvents(_owed.Count, _readTo < head.Seq, _owed.TryPeek(out var first) ? first.AcceptedAt : null);
    }

    // Queries interleave: another one may have read part of the page meanwhile, or started over before it.
    private void Add(FeedPage page, DateTimeOffset now)
    {
        if (page.Events[0].Seq > _readTo + 1)
        {
            return;
        }

        foreach (var @event in page.Events)
        {
            if (_owed.Count == MaxCounted)
            {
                return;
            }

            if (@event.Seq > _readTo)
            {
                _readTo = @event.Seq;
                if (state.IsAwaited(@event, now))
                {
                    _owed.Enqueue((@event.Seq, @event.AcceptedAt));
                }
            }
        }
    }

    private void DropObsolete(DateTimeOffset now)
    {
        var cursor = state.Progress.Cursor;
        if (
            !ReferenceEquals(_judgedBy.Entitlement, state.Entitlement)
            || _judgedBy.Endpoint != state.Setup.Endpoint
            || now - _judgedAt >= Validity
            || now < _judgedAt
            || cursor > _readTo
            || cursor < _cursor
        )
        {
            (_judgedBy, _judgedAt, _readTo) = ((state.Entitlement, state.Setup.Endpoint), now, cursor);
            _owed.Clear();
        }

        _cursor = cursor;
        while (_owed.TryPeek(out var first) && first.Seq <= cursor)
        {
            _owed.Dequeue();
        }
    }
}
