using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Schemas;

/// <summary>The served schema versions and their announcements (R64); logged. Key: <c>schema/all</c>.</summary>
[GrainInterfaceType("schema"), Alias("mp.grain.schema")]
public interface ISchemaGrain : IGrainWithStringKey
{
    /// <summary>The versions in release order.</summary>
    [Alias("versions"), AlwaysInterleave]
    Task<ImmutableArray<SchemaVersionStatus>> GetVersions(CancellationToken cancellationToken);

    /// <summary>
    /// Announces a version; returns after it is durable. The upgrade periods of plugins that pin an older one start then. A repeat of the
    /// operation id changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The announcement is unconfirmed; repeat with the same operation id.</exception>
    [Alias("announce")]
    Task<Outcome<SchemaVersionStatus>> Announce(string version, Initiator by, CancellationToken cancellationToken);

    /// <summary>The progress of the certified plugins towards a version.</summary>
    [Alias("board"), AlwaysInterleave]
    Task<Outcome<SchemaBoard>> GetBoard(string version, CancellationToken cancellationToken);
}

/// <summary>A version's status for operators.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Current">True for the newest.</param>
/// <param name="AnnouncedAt">When it was announced; null if it was not.</param>
/// <param name="DueAt">The plugins' deadline to upgrade to it; null if it was not announced.</param>
/// <param name="RetiresAt">When it stops being served; null while no end is scheduled.</param>
/// <param name="ServedUntilAtLeast">
/// The end of its guaranteed support, set by the announcement of a later version; null without one.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.sync.schema.version")]
public sealed record SchemaVersionStatus(
    [property: Id(0)] string Version,
    [property: Id(1)] bool Current,
    [property: Id(2)] DateTimeOffset? AnnouncedAt,
    [property: Id(3)] DateTimeOffset? DueAt,
    [property: Id(4)] DateTimeOffset? RetiresAt,
    [property: Id(5)] DateTimeOffset? ServedUntilAtLeast
);
