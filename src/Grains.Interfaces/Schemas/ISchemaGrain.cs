using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Schemas;

/// <summary>The schema versions that are served and their announcements (R64); logged. Key: <c>schema/all</c>.</summary>
[GrainInterfaceType("schema")]
public interface ISchemaGrain : IGrainWithStringKey
{
    /// <summary>The versions in the order of their coming.</summary>
    [Alias("versions"), AlwaysInterleave]
    Task<ImmutableArray<SchemaVersionStatus>> GetVersions(CancellationToken cancellationToken);

    /// <summary>
    /// Announces a version and answers when that is durable: the clocks of plugins that pin an older one run from then on. A repeat of the
    /// operation id changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be announced; repeat with the same operation id.</exception>
    [Alias("announce")]
    Task<Outcome<SchemaVersionStatus>> Announce(string version, Initiator by, CancellationToken cancellationToken);

    /// <summary>How the certified plugins stand to a version.</summary>
    [Alias("board"), AlwaysInterleave]
    Task<Outcome<SchemaBoard>> GetBoard(string version, CancellationToken cancellationToken);
}

/// <summary>A version as operators see it.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Current">True for the newest.</param>
/// <param name="AnnouncedAt">When it was announced; null if it was not.</param>
/// <param name="DueAt">When plugins were to have moved to it; null if it was not announced.</param>
/// <param name="RetiresAt">From when on it is served no more; null while no end is set.</param>
/// <param name="ServedUntilAtLeast">It is promised until then, because a later version was announced; null while none was.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.schema.version")]
public sealed record SchemaVersionStatus(
    [property: Id(0)] string Version,
    [property: Id(1)] bool Current,
    [property: Id(2)] DateTimeOffset? AnnouncedAt,
    [property: Id(3)] DateTimeOffset? DueAt,
    [property: Id(4)] DateTimeOffset? RetiresAt,
    [property: Id(5)] DateTimeOffset? ServedUntilAtLeast
);
