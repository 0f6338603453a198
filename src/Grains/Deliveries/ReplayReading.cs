using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>By what the events of a replay are judged.</summary>
/// <param name="Id">Which installation.</param>
/// <param name="Right">What it may have.</param>
/// <param name="Endpoint">Where it goes; null if nowhere, as in a dry run of a plugin that pulls.</param>
internal readonly record struct ReplayRight(InstallationId Id, Entitlement Right, DeliveryEndpoint? Endpoint);

/// <summary>Finds the events that a replay is to deliver.</summary>
internal static class ReplayReading
{
    private const int PageEvents = 256;

    /// <summary>Events that one look goes through: so that a long stretch of which nothing is owed keeps nobody else waiting.</summary>
    private const int MaxEvents = 4 * PageEvents;

    /// <summary>All events of a replay that are owed, up to a limit.</summary>
    public static async Task<ImmutableArray<PluginEvent>> All(
        IFeedGrain feed,
        DeliveryProgress progress,
        ReplayRequest request,
        int limit,
        ReplayRight right,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableArray.CreateBuilder<PluginEvent>();
        for (long? next = request.FromSeq; next is { } from && found.Count < limit; )
        {
            (var events, next) = await Next(feed, progress, request, from, limit - found.Count, right, now, cancellationToken);
            found.AddRange(events);
        }

        return found.ToImmutable();
    }

    /// <summary>One look: the next events of a replay from a place on that are owed.</summary>
    /// <returns>The events, and where the look after it begins; null if there is nothing more.</returns>
    public static async Task<(ImmutableArray<PluginEvent> Events, long? Next)> Next(
        IFeedGrain feed,
        DeliveryProgress progress,
        ReplayRequest request,
        long from,
        int limit,
        ReplayRight right,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (found, seen) = (ImmutableArray.CreateBuilder<PluginEvent>(), 0);
        await foreach (var @event in Read(feed, progress, request, from, cancellationToken))
        {
            // What came before the plugin was enabled is owed on no way, so it is not delivered again either.
            if (@event.Seq > progress.Since && DeliveryFilter.Withholds(right.Id, right.Right, right.Endpoint, @event, now) is null)
            {
                found.Add(@event);
            }

            if (found.Count == limit || ++seen == MaxEvents)
            {
                return (found.ToImmutable(), @event.Seq + 1);
            }
        }

        return (found.ToImmutable(), null);
    }

    private static IAsyncEnumerable<PluginEvent> Read(
        IFeedGrain feed,
        DeliveryProgress progress,
        ReplayRequest request,
        long from,
        CancellationToken cancellationToken
    ) =>
        request switch
        {
            { DeadLettersOnly: true } => ReadDead(feed, progress, request, from, cancellationToken),
            { OrderId: { } order } => ReadOrder(feed, order, request, from, cancellationToken),
            _ => ReadRange(feed, request, from, cancellationToken),
        };

    private static async IAsyncEnumerable<PluginEvent> ReadDead(
        IFeedGrain feed,
        DeliveryProgress progress,
        ReplayRequest request,
        long from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (
            var dead in progress
                .Dead.Where(dead =>
                    dead.Seq >= from
                    && dead.Seq <= request.ToSeq
                    && (request.OrderId is null || dead.Key == PluginEvent.KeyOf(request.OrderId))
                )
                .ToArray()
        )
        {
            yield return (await feed.ReadEvents(dead.Seq - 1, 1, cancellationToken)).Events[0];
        }
    }

    private static async IAsyncEnumerable<PluginEvent> ReadOrder(
        IFeedGrain feed,
        string order,
        ReplayRequest request,
        long from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
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

    private static async IAsyncEnumerable<PluginEvent> ReadRange(
        IFeedGrain feed,
        ReplayRequest request,
        long from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
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
