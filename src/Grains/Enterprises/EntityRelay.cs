using Marketplace.Enterprises;
using Marketplace.Grains.Journal;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Enterprises;

/// <summary>
/// Notifies every installation of an enterprise's shops when the enterprise becomes verified or stops being so (R43); volatile. Subscribes
/// to the few streams of all enterprises: one subscriber per seller would sit idle beside every seller. Each installation reads its shop's
/// state itself, so duplicate, late or reordered facts are harmless.
/// </summary>
[GrainType("entity-relay"), ImplicitStreamSubscription(Streams.AuditEnterprises)]
internal sealed class EntityRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditEnterprises;

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var fact = item.Fact;
        if (
            Gone(EnterpriseEvent.Decode(fact.Type, fact.Payload)) is not { } gone
            || await GrainFactory.GetGrain<IEnterpriseGrain>(fact.Entity).Get(cancellationToken) is not { } enterprise
        )
        {
            return;
        }

        await Task.WhenAll(enterprise.State.Shops.Keys.Union(gone).Select(seller => RefreshSeller(seller, cancellationToken)));
    }

    /// <summary>Shops removed from the enterprise by the fact; null if the fact changes no shop's state.</summary>
    private static SellerId[]? Gone(EnterpriseEvent @event) =>
        @event switch
        {
            EnterpriseEvent.ShopRemoved removed => [SellerId.Parse(removed.Seller, null)],
            EnterpriseEvent.Approved or EnterpriseEvent.ShopApproved or EnterpriseEvent.Revoked or EnterpriseEvent.Lapsed => [],
            _ => null,
        };

    private async Task RefreshSeller(SellerId seller, CancellationToken cancellationToken)
    {
        foreach (var plugin in await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken))
        {
            await GrainFactory
                .GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin)))
                .VerifyEntity(cancellationToken);
        }
    }
}
