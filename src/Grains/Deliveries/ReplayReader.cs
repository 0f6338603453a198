using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Marketplace.Deliveries;
using Marketplace.Events;

namespace Marketplace.Grains.Deliveries;

/// <summary>Finds the events that a replay must deliver.</summary>
/// <param name="state">The deliveries.</param>
/// <param name="feed">The seller's feed.</param>
internal sealed class ReplayReader(IDeliveryState state, IFeedGrain feed)
{
    private const int PageEvents = 256;

    // Maximum events for one read, so that a long range without owed events does not hold up everything else.
    private const int MaxEvents = 4 * PageEvents;

    // The same for dead letters, each of which is read on its own, because they may be far apart.
    private const int MaxDead = 64;

    /// <summary>All owed events of a replay, up to a limit.</summary>
    public async Task<ImmutableArray<PluginEvent>> ReadAll(
        ReplayRequest request,
        int limit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableArray.CreateBuilder<PluginEvent>();
        for (long? next = request.FromSeq; next is { } from && found.Count < limit; )
        {
            (var events, next) = await ReadNext(request, from, limit - found.Count, now, cancellationToken);
            found.AddRange(events);
        }

        return found.ToImmutable();
    }

    /// <summary>The next owed events of a replay from a position on.</summary>
    /// <returns>The events, and where the next read starts; null at the end of the replay.</returns>
    public async Task<(ImmutableArray<PluginEvent> Events, long? Next)> ReadNext(
        ReplayRequest request,
        long from,
        int limit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (found, seen) = (ImmutableArray.CreateBuilder<PluginEvent>(), 0);
        var atMost = request.DeadLettersOnly ? MaxDead : MaxEvents;
        var endpoint = state.Setup.Endpoint;
        await foreach (var @event in Read(request, from, cancellationToken))
        {
            if (state.IsOwed(@event, now) && endpoint?.Wants(@event.Type) != false)
            {
                found.Add(@event);
            }

            if (found.Count == limit || ++seen == atMost)
            {
                return (found.ToImmutable(), @event.Seq + 1);
            }
        }

        return (found.ToImmutable(), null);
    }

    private IAsyncEnumerable<PluginEvent> Read(ReplayRequest request, long from, CancellationToken cancellationToken) =>
        request switch
        {
            { DeadLettersOnly: true } => ReadDead(request, from, cancellationToken),
            { OrderId: { } order } => ReadOrder(order, request, from, cancellationToken),
            _ => ReadRange(request, from, cancellationToken),
        };

    private async IAsyncEnumerable<PluginEvent> ReadDead(
        ReplayRequest request,
        long from,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A copy, because a dry run reads beside the loop.
        var seqs = state
            .Progress.Dead.Where(dead =>
                dead.Seq >= from && dead.Seq <= request.ToSeq && (request.OrderId is null || dead.Key == PluginEvent.KeyOf(request.OrderId))
            )
            .Select(dead => dead.Seq)
            .ToArray();
        foreach (var seq in seqs)
        {
            yield return (await feed.ReadEvents(seq - 1, 1, cancellationToken)).Events[0];
        }
    }

    private async IAsyncEnumerable<PluginEvent> ReadOrder(
        string order,
        ReplayRequest request,
        long from,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var @event in await feed.ReadOrderEvents(order, cancellationToken))
        {
            if (@event.Seq >= from && @event.Seq <= request.ToSeq)
            {
                yield return @event;
            }
        }
    }

    private async IAsyncEnumerable<PluginEvent> ReadRange(
        ReplayRequest request,
        long from,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var after = from - 1; ; )
        {
            var page = await feed.ReadEvents(after, PageEvents, cancellationToken);
            foreach (var @event in page.Events)
            {
                if (@event.Seq > request.ToSeq)
                {
                    yield break;
                }

                yield return @event;
            }

            if (page.Events.IsEmpty)
            {
                yield break;
            }

            after = page.Events[^1].Seq;
        }
    }
}
