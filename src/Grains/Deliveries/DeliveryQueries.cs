using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Reads of one installation's deliveries: batches, status, figures, the log. They run beside the loop and change nothing.
/// </summary>
/// <param name="state">The deliveries.</param>
/// <param name="head">The feed's last position.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="log">The delivery log.</param>
/// <param name="calendar">The days of business.</param>
internal sealed class DeliveryQueries(IDeliveryState state, FeedHead head, IFeedGrain feed, IDeliveryReader log, MarketCalendar calendar)
{
    private const int PageEvents = 1_000;

    // Maximum pages for one batch, which is then answered as it is.
    private const int MaxPages = 20;

    private readonly OwedBacklog _backlog = new(state, head, feed);

    private IReadOnlyDeliveryProgress Progress => state.Progress;

    // The confirmed position of a plugin that reads on without a cursor of its own.
    private long Confirmed =>
        Progress.Waiting.Count > 0 ? Math.Min(Progress.Cursor, Progress.Waiting.Min(waiting => waiting.Seq) - 1) : Progress.Cursor;

    public async Task<EventBatch> ReadOrder(
        string orderId,
        long? afterSeq,
        int limit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var ofOrder = await feed.ReadOrderEvents(orderId, cancellationToken);
        var owed = ofOrder.Where(@event => @event.Seq > (afterSeq ?? 0) && state.IsOwed(@event, now)).Take(limit).ToImmutableArray();
        return Batch(owed, owed.IsEmpty ? afterSeq ?? 0 : owed[^1].Seq, now);
    }

    public async Task<EventBatch> Read(long? afterSeq, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Events that wait from a time of pushing come first, because the cursor has passed them.
        var waiting = afterSeq is null ? Progress.Waiting.Select(one => one.Seq).ToHashSet() : null;

        // Events from before the plugin was enabled are not owed on any channel.
        var from = Math.Max(Progress.Since, afterSeq ?? (waiting!.Count > 0 ? waiting.Min() - 1 : Progress.Cursor));
        var events = ImmutableArray.CreateBuilder<PluginEvent>();
        for (var page = 0; page < MaxPages && events.Count < limit; page++)
        {
            var read = await feed.ReadEvents(from, Math.Min(PageEvents, limit), cancellationToken);
            if (read.Events.IsEmpty)
            {
                break;
            }

            foreach (var @event in read.Events)
            {
                if (events.Count == limit)
                {
                    break;
                }

                from = @event.Seq;
                if (IsNext(@event, waiting, now))
                {
                    events.Add(@event);
                }
            }
        }

        return Batch(events.ToImmutable(), from, now);
    }

    public EventBatch Batch(ImmutableArray<PluginEvent> events, long lastSeq, DateTimeOffset now) =>
        new(events, lastSeq, head.Seq, Confirmed) { Schema = state.SchemaAt(now), Scopes = state.Entitlement?.ScopesAt(now) ?? [] };

    public async Task<DeliveryStatus> ReadStatus(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = calendar.DayOf(now);
        var owed = await _backlog.Count(now, cancellationToken);
        return new DeliveryStatus(
            state.Setup,
            state.StopAt(now),
            Progress.Since,
            Progress.Cursor,
            head.Seq,
            Progress.Waiting.Count,
            Progress.Dead.Count
        )
        {
            BrokenSince = Progress.BrokenSince,
            NextAttemptAt = state.NextDue,
            LastAcknowledgedAt = Progress.LastAcknowledgedAt,
            OldestOwedAt = OldestOwed(owed),
            Owed = owed.Events + Progress.Waiting.Count,
            OwedIsAtLeast = owed.IsAtLeast,
            LastError = Progress.LastError,
            ThrottledSince = Progress.ThrottledSince,
            Days = [.. Progress.Figures.Where(figures => figures.Day >= today.AddDays(-1))],
            Schema = state.SchemaAt(now),
        };
    }

    public async Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken)
    {
        var rows = await log.ReadNewest(state.Id, beforeNo, limit + 1, cancellationToken);
        var views = rows.Take(limit).Select((row, i) => View(row, i + 1 < rows.Count ? rows[i + 1].Hash : DeliveryRow.NoHash));
        return new AttemptPage([.. views], rows.Count > limit ? rows[limit - 1].No : null);
    }

    /// <summary>Events not delivered although the cursor has passed them: by key, the first position.</summary>
    public ImmutableArray<OpenKey> ListOpen() =>
        [
            .. Progress
                .Waiting.Select(waiting => new OpenKey(waiting.Key, waiting.Seq))
                .Concat(Progress.Dead.Select(dead => new OpenKey(dead.Key, dead.Seq)))
                .GroupBy(open => open.Key, (_, same) => same.MinBy(open => open.Seq)),
        ];

    public async Task<Reconciliation> Reconcile(DateOnly day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var missing = await ReadPassed(day, cancellationToken);
        var figures = Progress.FiguresOf(day) ?? new DeliveryFigures(day, 0, 0, 0, 0, null, null);
        await foreach (var @event in ReadBacklog(day, cancellationToken).Where(@event => !@event.IsLifecycle))
        {
            var isAwaited = state.IsAwaited(@event, now);
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
        await foreach (var row in log.ReadAbout(state.Id, seqs.Min(), seqs.Max(), cancellationToken))
        {
            if (row.Entries.Any(entry => Concerns(entry, seqs)))
            {
                var before = row.No == 1 ? [] : await log.ReadNewest(state.Id, row.No, 1, cancellationToken);
                views.Add(View(row, before.Count == 0 ? DeliveryRow.NoHash : before[0].Hash));
            }
        }

        return views.ToImmutable();
    }

    private static bool Concerns(DeliveryEntry entry, ImmutableArray<long> seqs) =>
        entry.Outcome is DeliveryOutcome.Parked or DeliveryOutcome.Resumed || seqs.Any(seq => entry.Seq <= seq && seq <= entry.To);

    private bool IsNext(PluginEvent @event, HashSet<long>? waiting, DateTimeOffset now) =>
        waiting is null || waiting.Contains(@event.Seq)
            ? state.IsOwed(@event, now)
            : @event.Seq > Progress.Cursor && state.IsAhead(@event, now);

    private DateTimeOffset? OldestOwed(OwedEvents owed)
    {
        var waiting = Progress.Waiting.Select(one => (DateTimeOffset?)one.AcceptedAt).Min();
        return waiting < owed.OldestAt || owed.OldestAt is null ? waiting : owed.OldestAt;
    }

    /// <summary>A day's events that the cursor has passed and that did not arrive.</summary>
    private async Task<List<MissingEvent>> ReadPassed(DateOnly day, CancellationToken cancellationToken)
    {
        // A copy, because the loop goes on while the feed is read.
        (long Seq, string Why)[] passed =
        [
            .. Progress
                .Dead.Select(dead => (dead.Seq, "dead"))
                .Concat(Progress.Waiting.Select(waiting => (waiting.Seq, "waiting")))
                .OrderBy(pair => pair.Seq),
        ];
        var missing = new List<MissingEvent>();
        foreach (var (seq, why) in passed)
        {
            var @event = (await feed.ReadEvents(seq - 1, 1, cancellationToken)).Events[0];
            if (calendar.DayOf(@event.AcceptedAt) == day && !@event.IsLifecycle)
            {
                missing.Add(Missing(@event, why));
            }
        }

        return missing;
    }

    /// <summary>A day's events that the cursor has not passed.</summary>
    private async IAsyncEnumerable<PluginEvent> ReadBacklog(DateOnly day, [EnumeratorCancellation] CancellationToken cancellationToken)
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
