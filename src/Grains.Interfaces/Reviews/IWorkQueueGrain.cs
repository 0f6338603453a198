using System.Collections.Immutable;
using Marketplace.Listings;

namespace Marketplace.Reviews;

/// <summary>Knows which entities have a pending decision; logged. Key: <c>work-queue/{name}</c>.</summary>
[GrainInterfaceType("work-queue"), Alias("mp.grain.work-queue")]
public interface IWorkQueueGrain : IGrainWithStringKey
{
    /// <summary>
    /// Records in advance that an entity will have work; a surplus record is harmless, a missing one is not.
    /// </summary>
    /// <param name="id">The entity.</param>
    /// <param name="version">Version of the fact that will open it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The record is unconfirmed: the fact must not be appended.</exception>
    [Alias("add")]
    Task Add(string id, long version, CancellationToken cancellationToken);

    /// <summary>Removes an entity that was read without work, unless it got work after that reading.</summary>
    /// <param name="id">The entity.</param>
    /// <param name="version">The version at which it was read.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed.</exception>
    [Alias("remove")]
    Task Remove(string id, long version, CancellationToken cancellationToken);

    /// <summary>The entities, by id. Some may have no work any more.</summary>
    [Alias("list")]
    Task<ImmutableArray<string>> List(CancellationToken cancellationToken);
}

/// <summary>The queues.</summary>
public static class WorkQueues
{
    /// <summary>Developers with a company to check; ids of developers.</summary>
    public const string Developers = "developers";

    /// <summary>Sellers with an open dispute; ids of sellers.</summary>
    public const string Disputes = "disputes";

    /// <summary>Plugins with a version that waits for a track's decision; ids of plugins.</summary>
    public static string Of(ReviewTrack track) => track == ReviewTrack.Security ? "security" : "business";
}
