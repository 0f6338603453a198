using System.Collections.Immutable;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Adds every fact to the trail of each seller concerned: a seller's own facts from its stream, an enterprise's from the enterprise's.
/// Idempotent. Snapshot.
/// </summary>
[GrainType("trail")]
[ImplicitStreamSubscription(Streams.Audit)]
internal sealed class TrailGrain(AuditDelivery delivery, IJournal journal, ITrail trail) : AuditSubscriber(delivery), ITrailGrain
{
    private readonly EntityHistory _history = new(journal);

    public async Task<ImmutableArray<TrailEntry>> Read(
        TrailFilter filter,
        long beforePosition,
        int limit,
        CancellationToken cancellationToken
    ) => [.. await trail.Read(GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString()), filter, beforePosition, limit, cancellationToken)];

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        foreach (var change in await _history.ChangeBy(item.Fact, cancellationToken))
        {
            await trail.Put(new TrailEntry(change.Seller, item.Position, item.Fact, change.Before, change.After), cancellationToken);
        }
    }
}
