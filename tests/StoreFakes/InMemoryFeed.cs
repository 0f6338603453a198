using System.Runtime.CompilerServices;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;

namespace Marketplace.StoreFakes;

/// <summary>
/// A feed in memory with both unique keys, shared by all silos of a test, that can be down and can fail after it has written.
/// </summary>
public sealed class InMemoryFeed : IFeed
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SellerId, List<FeedEvent>> _bySeller = [];
    private readonly Dictionary<(string Source, string Id), SellerId> _names = [];

    public bool IsDown { get; set; }

    /// <summary>The next append is written and then reported as failed, as when the connection is lost in the commit.</summary>
    public bool LosesNextAnswer { get; set; }

    public int Appends { get; private set; }

    public IReadOnlyList<FeedEvent> Of(SellerId seller)
    {
        lock (_lock)
        {
            return [.. _bySeller.GetValueOrDefault(seller) ?? []];
        }
    }

    public Task<FeedAppend> Append(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            Appends++;
            var seller = events[0].Seller;
            var log = _bySeller.GetValueOrDefault(seller) ?? [];
            if (Known(seller, events) is { Count: > 0 } known)
            {
                return Task.FromResult(new FeedAppend(FeedAppendResult.Known, known));
            }

            // An event of the seller itself was appended by another activation, as its place was.
            if (events[0].Seq != log.Count + 1 || events.Any(@event => _names.ContainsKey((@event.Source, @event.Id))))
            {
                return Task.FromResult(new FeedAppend(FeedAppendResult.Fenced, []));
            }

            foreach (var @event in events)
            {
                _names.Add((@event.Source, @event.Id), seller);
            }

            _bySeller[seller] = [.. log, .. events];
            if (LosesNextAnswer)
            {
                LosesNextAnswer = false;
                throw new StoreUnavailableException("The answer was lost.");
            }

            return Task.FromResult(new FeedAppend(FeedAppendResult.Appended, []));
        }
    }

    public async IAsyncEnumerable<FeedEvent> Read(
        SellerId seller,
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ThrowIfDown();
        await Task.Yield();
        foreach (var @event in Of(seller).Where(@event => @event.Seq > afterSeq))
        {
            yield return @event;
        }
    }

    public Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return Task.FromResult<IReadOnlyList<FeedEvent>>([.. Of(seller).Where(@event => @event.Seq > afterSeq).Take(limit)]);
    }

    public async IAsyncEnumerable<FeedEvent> ReadAll(
        string afterSeller,
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var seller in _bySeller.Keys.OrderBy(seller => seller.Value, StringComparer.Ordinal))
        {
            await foreach (var @event in Read(seller, 0, cancellationToken))
            {
                if (string.CompareOrdinal(seller.Value, afterSeller) > 0 || (seller.Value == afterSeller && @event.Seq > afterSeq))
                {
                    yield return @event;
                }
            }
        }
    }

    /// <summary>Positions of events that another seller has, or that occur earlier in the append.</summary>
    private List<int> Known(SellerId seller, IReadOnlyList<FeedEvent> events)
    {
        var earlier = new HashSet<(string, string)>();
        return
        [
            .. Enumerable
                .Range(0, events.Count)
                .Where(i =>
                {
                    var name = (events[i].Source, events[i].Id);
                    return !earlier.Add(name) || (_names.TryGetValue(name, out var owner) && owner != seller);
                }),
        ];
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("The feed is down.");
        }
    }
}
