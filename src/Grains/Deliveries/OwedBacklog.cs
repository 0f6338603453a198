using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>What an installation is owed behind its cursor.</summary>
/// <param name="Events">How many events.</param>
/// <param name="IsAtLeast">True if there may be more: counting ended before the feed did.</param>
/// <param name="OldestAt">When the first of them was accepted; null if there is none.</param>
internal readonly record struct OwedEvents(long Events, bool IsAtLeast, DateTimeOffset? OldestAt);

/// <summary>
/// Counts what waits for one installation. Every event is looked at once, however often somebody asks, until what the installation may have
/// changes, or a minute is over (a sync window moves by itself).
/// </summary>
internal sealed class OwedBacklog(DeliveryGrain grain, IFeedGrain feed)
{
    /// <summary>So many are counted at most.</summary>
    public const int MaxCounted = 10_000;

    private const int PageEvents = 1_000;

    /// <summary>Pages that one question looks through: a long stretch of which nothing is owed keeps nobody waiting.</summary>
    private const int MaxPages = 20;

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(1);

    private readonly Queue<(long Seq, DateTimeOffset AcceptedAt)> _owed = [];
    private long _lookedTo;
    private (Entitlement? Right, DeliveryEndpoint? Endpoint) _judgedBy;
    private DateTimeOffset _judgedAt;
    private long _cursor;

    public async Task<OwedEvents> Count(DateTimeOffset now, CancellationToken cancellationToken)
    {
        Settle(now);
        for (var page = 0; page < MaxPages && _lookedTo < grain.Head && _owed.Count < MaxCounted; page++)
        {
            var read = await feed.ReadEvents(_lookedTo, PageEvents, cancellationToken);
            if (read.Events.IsEmpty)
            {
                break;
            }

            Take(read, now);
        }

        // The cursor may have moved while the feed was read.
        Settle(now);
        return new OwedEvents(_owed.Count, _lookedTo < grain.Head, _owed.TryPeek(out var first) ? first.AcceptedAt : null);
    }

    // Questions interleave: of a page that another one has read meanwhile only the rest is news, and one that begins too far on is of no
    // use.
    private void Take(FeedPage page, DateTimeOffset now)
    {
        if (page.Events[0].Seq > _lookedTo + 1)
        {
            return;
        }

        foreach (var @event in page.Events)
        {
            if (_owed.Count == MaxCounted)
            {
                return;
            }

            if (@event.Seq > _lookedTo)
            {
                _lookedTo = @event.Seq;
                if (grain.IsAwaited(@event, now))
                {
                    _owed.Enqueue((@event.Seq, @event.AcceptedAt));
                }
            }
        }
    }

    private void Settle(DateTimeOffset now)
    {
        var cursor = grain.Progress.Cursor;
        if (
            !ReferenceEquals(_judgedBy.Right, grain.Right)
            || _judgedBy.Endpoint != grain.Setup.Endpoint
            || now - _judgedAt >= Validity
            || now < _judgedAt
            || cursor > _lookedTo
            || cursor < _cursor
        )
        {
            (_judgedBy, _judgedAt, _lookedTo) = ((grain.Right, grain.Setup.Endpoint), now, cursor);
            _owed.Clear();
        }

        _cursor = cursor;
        while (_owed.TryPeek(out var first) && first.Seq <= cursor)
        {
            _owed.Dequeue();
        }
    }
}
