using Marketplace.Enterprises;
using Marketplace.Grains.Journal;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Enterprises;

/// <summary>
/// Tells every installation of an enterprise's shops when the enterprise is verified or is so no longer (R43); volatile. It reads the few
/// streams of all facts: one of its kind for each seller would sleep beside every seller. Each installation asks for its shop's standing
/// itself, so a fact that comes twice, late or after a later one does no harm.
/// </summary>
[GrainType("entity-relay"), ImplicitStreamSubscription(Streams.AuditOperators)]
internal sealed class EntityRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    private const string Prefix = "enterprise/";

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var fact = item.Fact;
        if (
            !fact.Entity.StartsWith(Prefix, StringComparison.Ordinal)
            || Gone(EnterpriseEvent.Decode(fact.Type, fact.Payload)) is not { } gone
            || await GrainFactory.GetGrain<IEnterpriseGrain>(fact.Entity).Get(cancellationToken) is not { } enterprise
        )
        {
            return;
        }

        await Task.WhenAll(enterprise.State.Shops.Keys.Union(gone).Select(seller => Tell(seller, cancellationToken)));
    }

    /// <summary>Shops that the fact took from the enterprise; null if the fact changes nobody's standing.</summary>
    private static SellerId[]? Gone(EnterpriseEvent @event) =>
        @event switch
        {
            EnterpriseEvent.ShopRemoved removed => [SellerId.Parse(removed.Seller, null)],
            EnterpriseEvent.Approved or EnterpriseEvent.ShopApproved or EnterpriseEvent.Revoked or EnterpriseEvent.Lapsed => [],
            _ => null,
        };

    private async Task Tell(SellerId seller, CancellationToken cancellationToken)
    {
        foreach (var plugin in await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken))
        {
            await GrainFactory
                .GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin)))
                .VerifyEntity(cancellationToken);
        }
    }
}
