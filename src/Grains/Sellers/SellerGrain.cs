using System.Collections.Immutable;
using Marketplace.Catalogue;
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

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Log.Load(fact => _plugins = _plugins.Add(PluginAdded.Decode(fact.Payload).Plugin), cancellationToken);

    public Task<ImmutableArray<PluginId>> GetPlugins(CancellationToken cancellationToken) => Task.FromResult(_plugins);

    public async Task AddPlugin(PluginId plugin, Initiator by, CancellationToken cancellationToken)
    {
        if (_plugins.Contains(plugin))
        {
            return;
        }

        try
        {
            // A key of the caller's may come with several plugins; the plugin is what makes this operation.
            await Log.Append(by with { OperationId = $"add-{plugin}" }, [(PluginAdded.FactType, new PluginAdded(plugin).Encode())]);
            _plugins = _plugins.Add(plugin);
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
