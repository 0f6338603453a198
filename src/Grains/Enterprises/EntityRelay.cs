using Marketplace.Audit;
using Marketplace.Enterprises;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Enterprises;

/// <summary>
/// Tells every installation of an enterprise's shops when the enterprise is verified or is so no longer (R43); volatile. It reads the few
/// streams of all facts: one of its kind for each seller would sleep beside every seller. Each fact brings the installations to how the shop
/// stands now, so a fact that comes twice, or late, does no harm.
/// </summary>
[GrainType("entity-relay"), ImplicitStreamSubscription(Streams.AuditOperators)]
internal sealed partial class EntityRelay(AuditDelivery delivery, ILogger<EntityRelay> logger) : AuditSubscriber(delivery)
{
    private const string Prefix = "enterprise/";

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var fact = item.Fact;
        if (!fact.Entity.StartsWith(Prefix, StringComparison.Ordinal)
            || EnterpriseEvent.Decode(fact.Type, fact.Payload) is not (EnterpriseEvent.Approved or EnterpriseEvent.ShopApproved or EnterpriseEvent.Revoked or EnterpriseEvent.Lapsed))
        {
            return;
        }

        var licence = GrainKeys.Parse<Licence>(fact.Entity);
        if (await GrainFactory.GetGrain<IEnterpriseGrain>(fact.Entity).Get(cancellationToken) is { } enterprise)
        {
            var by = new Initiator("marketplace", $"entity→{licence}→{fact.Version}");
            await Task.WhenAll(enterprise.State.Shops.Keys.Select(seller => Tell(enterprise, seller, fact.Type, by, cancellationToken)));
        }
    }

    private async Task Tell(EnterpriseAnswer enterprise, SellerId seller, string reason, Initiator by, CancellationToken cancellationToken)
    {
        InstallationCommand command = enterprise.State.IsApprovedAt(seller, enterprise.AsOf)
            ? new InstallationCommand.AcceptEntity(enterprise.State.Licence.Value)
            : new InstallationCommand.DropEntity(reason);
        foreach (var plugin in await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken))
        {
            var id = new InstallationId(seller, plugin);
            var outcome = await GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Execute(command, by, cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                LogRefused(id.ToString(), refusal.Code);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Installation} did not take its enterprise's standing: {Code}")]
    private partial void LogRefused(string installation, string code);
}
