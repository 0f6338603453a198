using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sellers;

[GrainType("seller")]
internal sealed class SellerGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, ISellerGrain
{
    private EntityLog? _log;
    private ImmutableArray<PluginId> _plugins = [];
    private Licence? _licence;

    private SellerId Id => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<ImmutableArray<PluginId>> GetPlugins(CancellationToken cancellationToken) => Task.FromResult(_plugins);

    public async Task AddPlugin(PluginId plugin, Initiator by, CancellationToken cancellationToken)
    {
        if (!_plugins.Contains(plugin))
        {
            // A key of the caller's may come with several plugins; the plugin is what makes this operation.
            await Append(by with { OperationId = $"add-{plugin}" }, PluginAdded.FactType, new PluginAdded(plugin).Encode());
        }
    }

    public async Task<EntityStanding> GetEntity(CancellationToken cancellationToken) =>
        _licence is { } licence ? await Enterprise(licence).GetStanding(Id, cancellationToken) : EntityStanding.None;

    public async Task<Outcome<EnterpriseAnswer>> LinkEnterprise(Licence licence, Initiator by, CancellationToken cancellationToken)
    {
        if (_licence is { } other && other != licence)
        {
            var left = await Enterprise(other).Execute(new EnterpriseCommand.RemoveShop(Id), by, cancellationToken);
            if (left.Refusal is not null)
            {
                return left;
            }
        }

        // The enterprise first: a shop too many there is harmless, a link to an enterprise that does not know the shop is not.
        var answer = await Enterprise(licence).Execute(new EnterpriseCommand.AddShop(Id), by, cancellationToken);
        if (answer.Succeeded && _licence != licence)
        {
            await Append(by with { OperationId = $"link→{Log.Version}" }, EnterpriseLinked.FactType, new EnterpriseLinked(licence).Encode());
        }

        return answer;
    }

    private IEnterpriseGrain Enterprise(Licence licence) => GrainFactory.GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence));

    private async Task Append(Initiator by, string type, ReadOnlyMemory<byte> payload)
    {
        try
        {
            foreach (var fact in await Log.Append(by, [(type, payload)]))
            {
                Fold(fact);
            }
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private void Fold(JournalFact fact)
    {
        if (fact.Type == EnterpriseLinked.FactType)
        {
            _licence = EnterpriseLinked.Decode(fact.Payload).Licence;
        }
        else
        {
            _plugins = _plugins.Add(PluginAdded.Decode(fact.Payload).Plugin);
        }
    }
}
