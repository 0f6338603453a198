using System.Collections.Immutable;
using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>One line of a seller's trail: who did what, when, from which address, and what it changed (R74).</summary>
/// <param name="Seller">The seller of the trail; a fact of an enterprise is in the trail of each of its shops.</param>
/// <param name="Position">The fact's position in the journal; the line's id.</param>
/// <param name="Fact">The fact.</param>
/// <param name="Before">The entity's visible state before it, as UTF-8 JSON; empty if there was none.</param>
/// <param name="After">The entity's visible state after it, as UTF-8 JSON.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.trail-entry")]
public sealed record TrailEntry(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] long Position,
    [property: Id(2)] JournalFact Fact,
    [property: Id(3)] ReadOnlyMemory<byte> Before,
    [property: Id(4)] ReadOnlyMemory<byte> After
);

/// <summary>Filter of a trail; null members match everything.</summary>
/// <param name="Entity">The entity, exactly.</param>
/// <param name="Actor">The actor, exactly.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.trail-filter")]
public sealed record TrailFilter(
    [property: Id(0)] string? Entity,
    [property: Id(1)] string? Actor,
    [property: Id(3)] DateTimeOffset? From,
    [property: Id(4)] DateTimeOffset? To
)
{
    /// <summary>The facts' types, each exactly; empty for all.</summary>
    [Id(5)]
    public ImmutableArray<string> Types { get; init; } = [];
}
