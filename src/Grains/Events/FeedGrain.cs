using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Labels;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Events;

/// <summary>
/// Decides, appends, folds, answers; one call at a time, because the grain is not reentrant. The index is replayed from the feed at the
/// first call and discarded whenever it may be stale: after a failed append it is unknown whether the events were written.
/// </summary>
[GrainType("feed")]
internal sealed partial class FeedGrain(
    IFeed feed,
    PublishedOrders orders,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<FeedGrain> logger
) : Grain, IFeedGrain
{
    private const int Attempts = 2;
    private const int MaxPage = 1_000;

    private SellerId _seller;
    private SellerIndex? _index;
    private Task<SellerIndex>? _loading;
    private readonly RecentEvents _recent = new();
    private readonly SealedParts _sealed = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _seller = GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        DropIndex();
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<AppendedEvent>> Append(ImmutableArray<IncomingEvent> events, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var index = await LoadIndex(cancellationToken);
            if (await TryAppend(index, events) is { } answer)
            {
                return answer;
            }

            StartAnew(attempt);
        }
    }

    public async Task<Outcome<WriteReceipt>> Write(WriteCommand command, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var index = await LoadIndex(cancellationToken);
            var decision = PluginWriteRules.Decide(index, command, EventLimits.ToMilliseconds(time.GetUtcNow()));
            if (decision.Refusal is { } refusal)
            {
                return refusal;
            }

            if (decision.Value is WriteDecision.KnownFact known)
            {
                return Receipt(index, command, known.EventId, known.Seq);
            }

            var write = ((WriteDecision.NewEvent)decision.Value!).Event;
            if (await TryAppend(index, [write]) is { } answer)
            {
                return Receipt(index, command, command.EventId, answer[0].Seq);
            }

            StartAnew(attempt);
        }
    }

    public async Task<Outcome<OrderView>> GetOrder(string orderId, DateTimeOffset? visibleFrom, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).GetOrder(orderId, visibleFrom);

    public async Task<Page<OrderView>> ListOrders(
        OrderFilter filter,
        long afterPosition,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    ) => (await LoadIndex(cancellationToken)).ListOrders(filter, afterPosition, limit, visibleFrom);

    public async Task<Page<OrderView>> ListChangedOrders(
        OrderFilter filter,
        ChangePlace after,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    ) => (await LoadIndex(cancellationToken)).ListChangedOrders(filter, after, limit, visibleFrom);

    public async Task<Page<OrderView>> SearchOrders(string? text, long beforePosition, int limit, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).SearchOrders(text, beforePosition, limit);

    public async Task<ImmutableArray<OrdersOfDay>> CountOrders(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).CountOrders(from, to);

    public async Task<OrdersOfWindow> CountWindow(DateTimeOffset? visibleFrom, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).CountWindow(visibleFrom);

    public async Task<Outcome<TrackView>> GetTracking(
        string trackingId,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    ) => (await LoadIndex(cancellationToken)).GetTracking(trackingId, visibleFrom);

    public async Task<Page<ProductView>> ListProducts(long afterPosition, int limit, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).ListProducts(afterPosition, limit);

    public async Task<Page<ProductView>> ListChangedProducts(ChangePlace after, int limit, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).ListChangedProducts(after, limit);

    public async Task<FeedHealth> GetHealth(DateTimeOffset? visibleFrom, CancellationToken cancellationToken) =>
        (await LoadIndex(cancellationToken)).Health(visibleFrom);

    public async Task<FeedPage> ReadEvents(long afterSeq, int limit, CancellationToken cancellationToken)
    {
        var index = await LoadIndex(cancellationToken);
        if (_recent.After(afterSeq, limit, index.Head) is { } recent)
        {
            return new FeedPage([.. recent.Select(@event => ForPlugin(index, @event))], index.Head);
        }

        var page = await feed.ReadPage(_seller, afterSeq, Math.Min(limit, MaxPage), cancellationToken);
        return new FeedPage([.. page.Select(@event => ForPlugin(index, @event))], index.Head);
    }

    public async Task<ImmutableArray<PluginEvent>> ReadOrderEvents(string orderId, CancellationToken cancellationToken)
    {
        var index = await LoadIndex(cancellationToken);
        var events = ImmutableArray.CreateBuilder<PluginEvent>();
        foreach (var seq in index.EventsOf(orderId))
        {
            events.AddRange((await feed.ReadPage(_seller, seq - 1, 1, cancellationToken)).Select(@event => ForPlugin(index, @event)));
        }

        return events.ToImmutable();
    }

    public async Task<SealedPart?> ReadSealed(string orderId, long? seq, CancellationToken cancellationToken)
    {
        var index = await LoadIndex(cancellationToken);
        var events = new List<FeedEvent>();
        foreach (var place in index.EventsOf(orderId).Where(place => seq is null || place == seq))
        {
            events.AddRange(await feed.ReadPage(_seller, place - 1, 1, cancellationToken));
        }

        return SellerIndex.CreationIn(events) is { } creation ? new SealedPart(creation.Seq, creation.Sealed) : null;
    }

    public async Task<ImmutableArray<SealedBuyer>> ReadBuyers(ImmutableArray<string> orderIds, CancellationToken cancellationToken)
    {
        var index = await LoadIndex(cancellationToken);
        var parts = ImmutableArray.CreateBuilder<SealedBuyer>();
        foreach (var order in orderIds)
        {
            foreach (var seq in index.CreationsOf(order))
            {
                if (!_sealed.TryGet(seq, out var bytes))
                {
                    bytes = (await feed.ReadPage(_seller, seq - 1, 1, cancellationToken)) is [var creation] ? creation.Sealed : default;
                    _sealed.Add(seq, bytes);
                }

                if (!bytes.IsEmpty)
                {
                    parts.Add(new SealedBuyer(order, bytes));
                }
            }
        }

        return parts.ToImmutable();
    }

    public async Task<long> GetHead(CancellationToken cancellationToken) => (await LoadIndex(cancellationToken)).Head;

    // Writes and refusals are decided under the sync window; the answer after them shows the order unrestricted.
    private static WriteReceipt Receipt(SellerIndex index, WriteCommand command, string eventId, long seq) =>
        command.Write is PluginWrite.PatchProduct
            ? new WriteReceipt(eventId, seq, null, index.GetProduct(command.Subject).Value)
            : new WriteReceipt(eventId, seq, index.GetOrder(command.Subject, null).Value, null);

    /// <summary>Loads the index once, even if reads interleave and the first of them is cancelled.</summary>
    private async ValueTask<SellerIndex> LoadIndex(CancellationToken cancellationToken)
    {
        if (_index is { } index)
        {
            return index;
        }

        _loading ??= Load();
        try
        {
            _index = await _loading.WaitAsync(cancellationToken);
            orders.Publish(_seller, _index.Views);
            return _index;
        }
        finally
        {
            if (_loading is { IsCompleted: true })
            {
                _loading = null;
            }
        }
    }

    /// <summary>Forgets the index, which may be stale; the next call reads the feed again.</summary>
    private void DropIndex()
    {
        if (_index is { } index)
        {
            orders.Withdraw(_seller, index.Views);
        }

        _index = null;
        _recent.Clear();
    }

    private async Task<SellerIndex> Load()
    {
        var index = new SellerIndex();
        await foreach (var @event in feed.Read(_seller, 0, CancellationToken.None))
        {
            index.Apply(@event);
        }

        return index;
    }

    /// <returns>Null if another activation was first; then nothing was written and the index is stale.</returns>
    private async Task<ImmutableArray<AppendedEvent>?> TryAppend(SellerIndex index, ImmutableArray<IncomingEvent> events)
    {
        var answers = new AppendedEvent[events.Length];
        var fresh = await Fresh(index, events, answers);
        while (fresh.Count > 0)
        {
            var facts = Numbered(index, fresh.Select(i => events[i]));
            var append = await Durable(facts);
            if (append.Result == FeedAppendResult.Fenced)
            {
                return null;
            }

            if (append.Result == FeedAppendResult.Appended)
            {
                Fold(index, facts, fresh, answers);
                break;
            }

            fresh = WithoutKnown(fresh, append.Known, answers);
        }

        // A repeat within the call has the position of its first occurrence; if that was not accepted, neither is the repeat.
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is { Seq: 0, Duplicate: true })
            {
                answers[i] = index.SeqOf(events[i].Source, events[i].Id) is { } seq ? new AppendedEvent(seq, true) : AppendedEvent.Reused;
            }
        }

        return [.. answers];
    }

    /// <summary>Events missing from the feed, by their position in the call; the others are answered.</summary>
    private async Task<List<int>> Fresh(SellerIndex index, ImmutableArray<IncomingEvent> events, AppendedEvent[] answers)
    {
        var fresh = new List<int>(events.Length);
        var known = new List<(int Index, long Seq)>();
        var names = new Dictionary<(string Source, string Id), int>();
        for (var i = 0; i < events.Length; i++)
        {
            if (index.SeqOf(events[i].Source, events[i].Id) is { } seq)
            {
                known.Add((i, seq));
            }
            else if (names.TryAdd((events[i].Source, events[i].Id), i))
            {
                fresh.Add(i);
            }
            else
            {
                answers[i] = ContentTag.IsSame(events[names[(events[i].Source, events[i].Id)]], events[i])
                    ? new AppendedEvent(0, true)
                    : AppendedEvent.Reused;
            }
        }

        await Compare(events, known, answers);
        return fresh;
    }

    /// <summary>Answers events with ids already in the feed: the same event is a duplicate, another one is refused.</summary>
    private async Task Compare(ImmutableArray<IncomingEvent> events, List<(int Index, long Seq)> known, AppendedEvent[] answers)
    {
        known.Sort((one, other) => one.Seq.CompareTo(other.Seq));
        for (var next = 0; next < known.Count; )
        {
            // A batch sent again is contiguous in the feed, so read it at once.
            var from = known[next].Seq;
            var last = known.FindLastIndex(item => item.Seq < from + MaxPage);
            var page = await feed.ReadPage(_seller, from - 1, (int)(known[last].Seq - from + 1), CancellationToken.None);
            var bySeq = page.ToDictionary(@event => @event.Seq);
            for (; next <= last; next++)
            {
                var (index, seq) = known[next];
                answers[index] =
                    !bySeq.TryGetValue(seq, out var @event) || ContentTag.IsSame(@event, events[index])
                        ? new AppendedEvent(seq, true)
                        : AppendedEvent.Reused;
            }
        }
    }

    // The store found these ids in other sellers' feeds, where they belong to other events by definition.
    private static List<int> WithoutKnown(List<int> fresh, IReadOnlyList<int> known, AppendedEvent[] answers)
    {
        if (known.Count == 0)
        {
            throw new InvalidOperationException("The feed refused events as known and named none.");
        }

        var taken = known.ToHashSet();
        foreach (var position in taken)
        {
            answers[fresh[position]] = AppendedEvent.Reused;
        }

        return [.. fresh.Where((_, position) => !taken.Contains(position))];
    }

    private static PluginEvent ForPlugin(SellerIndex index, FeedEvent @event)
    {
        var order = EventContents.OrderOf(@event);
        return new PluginEvent(
            @event.Seller,
            @event.Seq,
            @event.Source,
            @event.Id,
            @event.Type,
            @event.Subject,
            @event.Time,
            @event.AcceptedAt,
            @event.Data
        )
        {
            OrderId = order,
            OrderCreatedAt = order is null ? null : index.CreationOf(order),
        };
    }

    private void Fold(SellerIndex index, List<FeedEvent> facts, List<int> fresh, AppendedEvent[] answers)
    {
        try
        {
            for (var i = 0; i < facts.Count; i++)
            {
                index.Apply(facts[i]);
                _recent.Add(facts[i]);
                answers[fresh[i]] = new AppendedEvent(facts[i].Seq, false);
            }
        }
        catch (Exception)
        {
            // The events are durable: the index, folded in part, must not answer without them.
            DropIndex();
            throw;
        }
    }

    private List<FeedEvent> Numbered(SellerIndex index, IEnumerable<IncomingEvent> events)
    {
        // Never earlier than the previous event, even if another silo's clock was ahead: deliveries search by these instants.
        var now = time.GetUtcNow();
        var at = Instants.Later(index.LastAcceptedAt, now);
        return [.. events.Select((incoming, i) => incoming.At(_seller, index.Head + 1 + i, at))];
    }

    private async Task<FeedAppend> Durable(List<FeedEvent> facts)
    {
        try
        {
            // Ignore client disconnects: a cancelled append would leave it unknown whether the events were written.
            return await feed.Append(facts, CancellationToken.None);
        }
        catch (Exception)
        {
            DropIndex();
            DeactivateOnIdle();
            throw;
        }
    }

    private void StartAnew(int attempt)
    {
        LogFenced(logger, _seller.Value);
        DropIndex();
        if (attempt == Attempts)
        {
            DeactivateOnIdle();
            throw new StoreUnavailableException("Another activation of the seller's feed is writing; repeat the call.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Feed of {Seller}: another activation has appended; reloading.")]
    private static partial void LogFenced(ILogger logger, string seller);
}
