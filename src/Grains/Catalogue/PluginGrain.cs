using Marketplace.Catalogue;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Catalogue;

[GrainType("plugin")]
internal sealed class PluginGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IPluginGrain
{
    private EntityLog? _log;
    private PluginProfile? _profile;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Log.Load(fact => _profile = PluginProfile.Decode(fact.Payload), cancellationToken);

    public Task<PluginProfile?> Get(CancellationToken cancellationToken) => Task.FromResult(_profile);

    public async Task Register(PluginProfile profile, Initiator by, CancellationToken cancellationToken)
    {
        if (Log.Knows(by.OperationId))
        {
            return;
        }

        try
        {
            await Log.Append(by, [(PluginProfile.FactType, profile.Encode())]);
            _profile = profile;
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
