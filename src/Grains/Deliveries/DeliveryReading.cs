using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// What is read of one installation's deliveries: batches, figures, the log; and the confirmation of what a plugin has read.
/// </summary>
internal sealed class DeliveryReading(DeliveryGrain grain, IFeedGrain feed, IDeliveryReader log, MarketCalendar calendar)
{
    private const int PageEvents = 1_000;

    /// <summary>Pages that one batch looks through before it is answered as it is.</summary>
    private const int MaxPages = 20;

    private readonly OwedBacklog _backlog = new(grain, feed);

    private DeliveryProgress Progress => grain.Progress;

    /// <summary>The place of the last event that was accepted before an instant.</summary>
    public async Task<long> LastBefore(DateTimeOffset instant)
    {
        // Instants of acceptance rise with the places, so halving finds it.
        var (low, high) = (0L, await feed.GetHead(CancellationToken.None));
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var page = await feed.ReadEvents(middle - 1, 1, CancellationToken.None);
            (low, high) = page.Events[0].AcceptedAt < instant ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    public async Task<EventBatch> Consume(
        long? afterSeq,
        int limit,
        string? orderId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (orderId is not null)
        {
            var ofOrder = await feed.ReadOrderEvents(orderId, cancellationToken);
            var wanted = ofOrder.Where(@event => @event.Seq > (afterSeq ?? 0) && IsOwed(@event, now)).Take(limit).ToImmutableArray();
            return Batch(wanted, wanted.IsEmpty ? afterSeq ?? 0 : wanted[^1].Seq, now);
        }

        // What waits from a time of pushing comes first, since the cursor has passed it.
        var waiting = afterSeq is null ? Progress.Waiting.Select(one => one.Seq).ToHashSet() : null;
        // What came before the plugin was enabled is nobody's to read on any way.
        var from = Math.Max(Progress.Since, afterSeq ?? (waiting!.Count > 0 ? waiting.Min() - 1 : Progress.Cursor));
        var events = ImmutableArray.CreateBuilder<PluginEvent>();
        for (var page = 0; page < MaxPages; page++)
        {
            var read = await feed.ReadEvents(from, Math.Min(PageEvents, limit), cancellationToken);
            foreach (var @event in read.Events)
            {
                if (events.Count == limit)
                {
                    return Batch(events.ToImmutable(), from, now);
                }

                from = @event.Seq;
                if (
                    waiting is null || waiting.Contains(@event.Seq)
                        ? IsOwed(@event, now)
                        : @event.Seq > Progress.Cursor && grain.IsAhead(@event, now)
                )
                {
                    events.Add(@event);
                }
            }

            if (read.Events.IsEmpty || events.Count == limit)
            {
                break;
            }
        }

        return Batch(events.ToImmutable(), from, now);
    }

    public EventBatch Batch(ImmutableArray<PluginEvent> events, long lastSeq, DateTimeOffset now) =>
        new(events, lastSeq, grain.Head, Confirmed) { Schema = grain.SchemaAt(now), Scopes = grain.Right?.ScopesAt(now) ?? [] };

    /// <summary>Takes everything up to a place as arrived; to be written by the caller.</summary>
    public async Task Confirm(long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        Progress.Rewind();
        foreach (var waiting in Progress.Waiting.Where(one => one.Seq <= upTo).ToArray())
        {
            var @event = (await feed.ReadEvents(waiting.Seq - 1, 1, CancellationToken.None)).Events[0];
            Progress.Settle(@event, now);
            grain.Delivered(@event, channel, now);
            Progress.Log(new DeliveryEntry(waiting.Seq, waiting.Seq, DeliveryOutcome.Acknowledged, channel, now));
        }

        while (Progress.ReadTo < upTo)
        {
            var page = await feed.ReadEvents(Progress.ReadTo, PageEvents, CancellationToken.None);
            if (page.Events.IsEmpty)
            {
                throw new StoreUnavailableException("The feed is being read again; repeat the call.");
            }

            var judged = page
                .Events.Select(@event => (Event: @event, Withheld: DeliveryFilter.Withholds(grain.Id, grain.Right!, @event, now)))
                .ToArray();
            Progress.Confirm(judged, upTo, channel, now);
            foreach (var (@event, _) in judged.Where(pair => pair.Withheld is null && pair.Event.Seq <= upTo))
            {
                grain.Delivered(@event, channel, now);
            }
        }
    }

    public async Task<DeliveryStatus> Status(DateTimeOffset now, DateTimeOffset? nextDue, CancellationToken cancellationToken)
    {
        var today = calendar.DayOf(now);
        var owed = await _backlog.Count(now, cancellationToken);
        return new DeliveryStatus(
            grain.Setup,
            grain.Stop(now),
            Progress.Since,
            Progress.Cursor,
            grain.Head,
            Progress.Waiting.Count,
            Progress.Dead.Count
        )
        {
            BrokenSince = Progress.BrokenSince,
            NextAttemptAt = nextDue,
            LastAcknowledgedAt = Progress.LastAcknowledgedAt,
            OldestOwedAt = OldestOwed(owed),
            Owed = owed.Events + Progress.Waiting.Count,
            OwedIsAtLeast = owed.IsAtLeast,
            LastError = Progress.LastError,
            ThrottledSince = Progress.ThrottledSince,
            Days = [.. Progress.Figures.Where(figures => figures.Day >= today.AddDays(-1))],
            Schema = grain.SchemaAt(now),
        };
    }

    public async Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken)
    {
        var rows = await log.ReadNewest(grain.Id, beforeNo, limit + 1, cancellationToken);
        var views = rows.Take(limit).Select((row, i) => View(row, i + 1 < rows.Count ? rows[i + 1].Hash : DeliveryRow.NoHash));
        return new AttemptPage([.. views], rows.Count > limit ? rows[limit - 1].No : null);
    }

    public async Task<Reconciliation> Reconcile(DateOnly day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var missing = new List<MissingEvent>();
        foreach (
            var (seq, why) in Progress
                .Dead.Select(dead => (dead.Seq, "dead"))
                .Concat(Progress.Waiting.Select(waiting => (waiting.Seq, "waiting")))
                .OrderBy(pair => pair.Seq)
        )
        {
            var @event = (await feed.ReadEvents(seq - 1, 1, cancellationToken)).Events[0];
            if (calendar.DayOf(@event.AcceptedAt) == day && !@event.IsLifecycle)
            {
                missing.Add(Missing(@event, why));
            }
        }

        var figures = Progress.FiguresOf(day) ?? new DeliveryFigures(day, 0, 0, 0, 0, null, null);
        await foreach (var @event in Backlog(day, now, cancellationToken).Where(@event => !@event.IsLifecycle))
        {
            var isAwaited = grain.IsAwaited(@event, now);
            figures = isAwaited ? figures with { Owed = figures.Owed + 1 } : figures with { Withheld = figures.Withheld + 1 };
            if (isAwaited && missing.Count < Reconciliation.MaxListed)
            {
                missing.Add(Missing(@event, "waiting"));
            }
        }

        return new Reconciliation(figures, [.. missing.Take(Reconciliation.MaxListed)]);
    }

    public async Task<ImmutableArray<DeliveryRowView>> Trace(ImmutableArray<long> seqs, CancellationToken cancellationToken)
    {
        if (seqs.IsEmpty)
        {
            return [];
        }

        var views = ImmutableArray.CreateBuilder<DeliveryRowView>();
        await foreach (var row in log.ReadAbout(grain.Id, seqs.Min(), seqs.Max(), cancellationToken))
        {
            if (
                row.Entries.Any(entry =>
                    entry.Outcome is DeliveryOutcome.Parked or DeliveryOutcome.Resumed
                    || seqs.Any(seq => entry.Seq <= seq && seq <= entry.To)
                )
            )
            {
                var before = row.No == 1 ? [] : await log.ReadNewest(grain.Id, row.No, 1, cancellationToken);
                views.Add(View(row, before.Count == 0 ? DeliveryRow.NoHash : before[0].Hash));
            }
        }

        return views.ToImmutable();
    }

    /// <summary>What a plugin that reads on without a cursor of its own has confirmed.</summary>
    private long Confirmed =>
        Progress.Waiting.Count > 0 ? Math.Min(Progress.Cursor, Progress.Waiting.Min(waiting => waiting.Seq) - 1) : Progress.Cursor;

    private bool IsOwed(PluginEvent @event, DateTimeOffset now) => grain.IsOwed(@event, now);

    private DateTimeOffset? OldestOwed(OwedEvents owed)
    {
        var waiting = Progress.Waiting.Select(one => (DateTimeOffset?)one.AcceptedAt).Min();
        return waiting < owed.OldestAt || owed.OldestAt is null ? waiting : owed.OldestAt;
    }

    /// <summary>Events of a day that the cursor has not passed.</summary>
    private async IAsyncEnumerable<PluginEvent> Backlog(
        DateOnly day,
        DateTimeOffset now,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var after = Progress.Cursor; ; )
        {
            var page = await feed.ReadEvents(after, PageEvents, cancellationToken);
            foreach (var @event in page.Events.Where(@event => calendar.DayOf(@event.AcceptedAt) == day))
            {
                yield return @event;
            }

            if (page.Events.IsEmpty || calendar.DayOf(page.Events[^1].AcceptedAt) > day)
            {
                yield break;
            }

            after = page.Events[^1].Seq;
        }
    }

    private static MissingEvent Missing(PluginEvent @event, string why) =>
        new(@event.Seq, @event.MessageId, @event.Type, @event.Subject, @event.OrderId, why);

    private static DeliveryRowView View(DeliveryRow row, ReadOnlyMemory<byte> previousHash) =>
        new(row.No, row.At, row.FirstSeq, row.LastSeq, row.Body, previousHash, row.Hash);
}
