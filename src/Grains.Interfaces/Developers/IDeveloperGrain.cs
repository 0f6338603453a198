using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Journal;
using Orleans.Concurrency;

namespace Marketplace.Developers;

/// <summary>One developer of plugins: company, contacts, members, standing; logged. Key: <c>developer/{developer}</c>.</summary>
[GrainInterfaceType("developer"), Alias("mp.grain.developer")]
public interface IDeveloperGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable. A repeat of the operation id gets the first answer and
    /// changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<Developer>> Execute(DeveloperCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The developer, or null before it signed up. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<Developer?> Get(CancellationToken cancellationToken);

    /// <summary>All facts of the developer, in order.</summary>
    [Alias("history"), AlwaysInterleave]
    Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken);
}
