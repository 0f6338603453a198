using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Listings;

/// <summary>One plugin's listing: owner, versions, reviews, rounds; logged. Key: <c>listing/{plugin}</c>.</summary>
[GrainInterfaceType("listing"), Alias("mp.grain.listing")]
public interface IListingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable. A repeat of the operation id gets the first answer and
    /// changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<Listing>> Execute(ListingCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The listing, or null for a plugin that no developer created. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<Listing?> Get(CancellationToken cancellationToken);
}

/// <summary>One version's manifest and report; logged. Key: <c>plugin-version/{plugin}/{hash}</c>.</summary>
[GrainInterfaceType("plugin-version"), Alias("mp.grain.plugin-version")]
public interface IPluginVersionGrain : IGrainWithStringKey
{
    /// <summary>Stores a version; returns after it is durable. One that is stored already stays as it is and is answered.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("store")]
    Task<VersionDocument> Store(VersionDocument document, Initiator by, CancellationToken cancellationToken);

    /// <summary>The version; null if it was never stored.</summary>
    [Alias("read"), AlwaysInterleave]
    Task<VersionDocument?> Read(CancellationToken cancellationToken);
}
