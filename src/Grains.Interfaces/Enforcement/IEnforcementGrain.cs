using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Enforcement;

/// <summary>The register of actions against developers and plugins (R24, R25); logged. Key: <c>enforcement/all</c>.</summary>
[GrainInterfaceType("enforcement"), Alias("mp.grain.enforcement")]
public interface IEnforcementGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable and developer, plugins and listing are as they say. Calls,
    /// tokens and deliveries end within a second of that. A repeat of the operation id gets the first answer and changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The command is unconfirmed, or not carried out yet; repeat with the same operation id. What is durable is carried out without that.
    /// </exception>
    [Alias("execute")]
    Task<Outcome<EnforcementAction>> Execute(EnforcementCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Carries out what an earlier activation left unfinished.</summary>
    /// <exception cref="StoreUnavailableException">Not all of it is durable; repeat.</exception>
    [Alias("resume")]
    Task Resume(CancellationToken cancellationToken);

    /// <summary>All actions, by number. Interleaves: it only reads folded state.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<EnforcementAction>> List(CancellationToken cancellationToken);

    /// <summary>The plugins that a developer has, by id. Interleaves: it only reads the journal, all listings of it.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("plugins"), AlwaysInterleave]
    Task<ImmutableArray<PluginId>> FindPlugins(DeveloperId developer, CancellationToken cancellationToken);
}
