using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sellers;

// Needed for a command, and for as long as its feed grows.
[GrainType("seller"), CollectionAgeLimit(Minutes = 10)]
internal sealed class SellerGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, ISellerGrain
{
    private SellerId Id => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    private EventSourcedEntity<Seller> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            new Seller([], null),
            static (seller, fact) => seller.Evolve(fact)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<ImmutableArray<PluginId>> GetPlugins(CancellationToken cancellationToken) => Task.FromResult(Entity.State.Plugins);

    public async Task AddPlugin(PluginId plugin, Initiator by, CancellationToken cancellationToken)
    {
        if (!Entity.State.Plugins.Contains(plugin))
        {
            // A caller may reuse an idempotency key for several plugins; include the plugin in the operation id.
            await Entity.Append(by with { OperationId = OperationId.Parse($"add-{plugin}") }, new PluginAdded(plugin));
        }
    }

    public async Task<EntityStatus> GetEntity(CancellationToken cancellationToken) =>
        Entity.State.Licence is { } licence ? await Enterprise(licence).GetStatus(Id, cancellationToken) : EntityStatus.None;

    public async Task<Outcome<EnterpriseAnswer>> LinkEnterprise(Licence licence, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State.Licence is { } other && other != licence)
        {
            var left = await Enterprise(other).Execute(new EnterpriseCommand.RemoveShop(Id), by, cancellationToken);
            if (left.Refusal is not null)
            {
                return left;
            }
        }

        // Enterprise first: a surplus shop there is harmless, but a link to an enterprise without the shop is not.
        var answer = await Enterprise(licence).Execute(new EnterpriseCommand.AddShop(Id), by, cancellationToken);
        if (answer.Value is { } linked && !linked.State.Shops.ContainsKey(Id))
        {
            // Another shop of the enterprise used the key.
            return QuotaRefusals.ReusedKey();
        }

        if (answer.Succeeded && Entity.State.Licence != licence)
        {
            await Entity.Append(by with { OperationId = OperationId.Internal("link", Entity.Version) }, new EnterpriseLinked(licence));
        }

        return answer;
    }

    private IEnterpriseGrain Enterprise(Licence licence) => GrainFactory.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence));

    /// <summary>The plugins a seller has ever enabled, and the enterprise it last named.</summary>
    private sealed record Seller(ImmutableArray<PluginId> Plugins, Licence? Licence)
    {
        public Seller Evolve(JournalFact fact) =>
            fact.Type == EnterpriseLinked.FactType
                ? this with
                {
                    Licence = EnterpriseLinked.Decode(fact.Payload).Licence,
                }
                : this with
                {
                    Plugins = Plugins.Add(PluginAdded.Decode(fact.Payload).Plugin),
                };
    }
}
