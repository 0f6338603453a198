using Marketplace.Installations;

namespace Marketplace.Catalogue;

/// <summary>One plugin's profile; logged. Key: <c>plugin/{plugin}</c>.</summary>
[GrainInterfaceType("plugin"), Alias("mp.grain.plugin")]
public interface IPluginGrain : IGrainWithStringKey
{
    /// <summary>The profile, or null for an unknown plugin.</summary>
    [Alias("get")]
    Task<PluginProfile?> Get(CancellationToken cancellationToken);

    /// <summary>Registers the plugin or replaces its profile; a repeat of the operation id changes nothing.</summary>
    [Alias("register")]
    Task Register(PluginProfile profile, Initiator by, CancellationToken cancellationToken);
}
