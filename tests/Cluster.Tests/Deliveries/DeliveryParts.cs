using System.Reflection;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Parts of a delivery grain, to be tested without it.</summary>
internal static class DeliveryParts
{
    public static InstallationId Id { get; } = InstallationId.Parse("seller-1/plugin-1", null);

    /// <summary>The state of an installation that is not entitled, and so owed nothing.</summary>
    public static DeliveryState State(SavedProgress saved, TimeProvider time) =>
        State(Id, Own(new InMemoryJournal(), Id, time), saved, time);

    public static DeliveryState State(InstallationId id, EventSourcedEntity<DeliverySetup> own, SavedProgress saved, TimeProvider time) =>
        new(
            id,
            own,
            new DeliveryProgress(saved, RetryPolicy.Standard, MarketCalendar.Shanghai),
            DataRegion.Parse("cn"),
            SchemaVersions.Standard,
            time
        );

    public static EventSourcedEntity<DeliverySetup> Own(IJournal journal, InstallationId id, TimeProvider time) =>
        new(
            journal,
            GrainKeys.Delivery(id),
            time,
            _ => { },
            DeliverySetup.None,
            (setup, fact) => setup.Evolve(DeliveryFact.Decode(fact.Type, fact.Payload), fact.At)
        );
}

/// <summary>A feed of which only events are read; counts the reads.</summary>
public class FeedReads : DispatchProxy
{
    /// <summary>Answers a read behind a position.</summary>
    public Func<long, FeedPage> Page { get; set; } = _ => new FeedPage([], 0);

    public int Count { get; private set; }

    public static (IFeedGrain Feed, FeedReads Reads) Create()
    {
        var feed = Create<IFeedGrain, FeedReads>();
        return (feed, (FeedReads)(object)feed);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Count++;
        return targetMethod?.Name == nameof(IFeedGrain.ReadEvents)
            ? Task.FromResult(Page((long)args![0]!))
            : throw new NotSupportedException(targetMethod?.Name);
    }
}
