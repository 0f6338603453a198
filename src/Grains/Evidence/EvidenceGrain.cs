using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Marketplace.Grains.Evidence;

/// <summary>Queries feed, delivery, journal and catalogue, and has the domain draw the conclusions. Reentrant: it holds no state.</summary>
[GrainType("evidence"), Reentrant]
internal sealed class EvidenceGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IEvidenceGrain
{
    /// <summary>Maximum rows searched for the receiver's state while an event waited.</summary>
    private const int ContextRows = 100;

    private InstallationId Id => GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());

    public async Task<Outcome<ReadOnlyMemory<byte>>> Gather(string orderId, string reader, CancellationToken cancellationToken)
    {
        var facts = await ReadFacts(cancellationToken);
        if (facts.Count == 0 || await GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(Id.Plugin)).Get(cancellationToken) is not { } plugin)
        {
            return InstallationRefusals.NotFound();
        }

        var events = await GrainFactory.GetFeed(Id.Seller).ReadOrderEvents(orderId, cancellationToken);
        var delivery = GrainFactory.GetDelivery(Id);
        // Also without events: the state of deliveries is part of the answer.
        var trace = await delivery.Trace([.. events.Select(@event => @event.Seq)], cancellationToken);
        var making = new EvidenceBundleBuilder(Id, reader, orderId, plugin, facts, events);
        var madeAt = EventLimits.ToMilliseconds(time.GetUtcNow());
        var outages = await GrainFactory.GetGrain<IAvailabilityGrain>(IAvailabilityGrain.GrainKey).List(making.From(madeAt));
        var bundle = making.Of(trace, [], outages, madeAt);
        if (EvidenceBundleBuilder.AsksForMore(bundle))
        {
            var context = await delivery.ListAttempts(long.MaxValue, ContextRows, cancellationToken);
            bundle = making.Of(trace, context.Rows, outages, madeAt);
        }

        // For a plugin, an order it may not see does not exist.
        return bundle.Facts.Events.IsEmpty ? EvidenceRefusals.OrderNotFound() : (ReadOnlyMemory<byte>)bundle.Encode();
    }

    private async Task<List<JournalFact>> ReadFacts(CancellationToken cancellationToken)
    {
        var facts = new List<JournalFact>();
        await foreach (var fact in journal.Read(GrainKeys.Of(Id), 0, cancellationToken))
        {
            facts.Add(fact);
        }

        return facts;
    }
}
