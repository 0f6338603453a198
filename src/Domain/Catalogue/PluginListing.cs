using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Marketplace.Catalogue;

/// <summary>
/// What the catalogue shows of a plugin beyond its profile: texts, facets and what can be subscribed to. A listed version's manifest says
/// all of it.
/// </summary>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Summary">One or two sentences.</param>
/// <param name="Description">The whole text.</param>
/// <param name="Developer">Who made the plugin; null if it is not known.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.listing")]
public sealed record PluginListing(
    [property: Id(0)] BilingualText Name,
    [property: Id(1)] BilingualText Summary,
    [property: Id(2)] BilingualText Description,
    [property: Id(3)] string? Developer
)
{
    /// <summary>Kinds of service (R02): <c>order</c>, <c>logistics</c>, <c>erp</c>, <c>translation</c>, <c>compliance</c>.</summary>
    [Id(4)]
    public ImmutableArray<string> Services { get; init; } = [];

    /// <summary>Countries of buyers (ISO 3166-1); empty for all.</summary>
    [Id(5)]
    public ImmutableArray<string> Markets { get; init; } = [];

    /// <summary>Legal regimes (R32, R36), for example <c>epr-de</c>.</summary>
    [Id(6)]
    public ImmutableArray<string> Regimes { get; init; } = [];

    /// <summary>ERP systems that it connects (R37).</summary>
    [Id(7)]
    public ImmutableArray<string> Erps { get; init; } = [];

    /// <summary>Languages of its own pages (R31).</summary>
    [Id(8)]
    public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>What can be subscribed to beyond the calls (R53).</summary>
    [Id(9)]
    public ImmutableArray<AddOn> AddOns { get; init; } = [];

    /// <summary>Statements verified by others (R32).</summary>
    [Id(10)]
    public ImmutableArray<VerifiedClaim> Claims { get; init; } = [];

    /// <summary>Tags of what sellers do with it (R04).</summary>
    [Id(11)]
    public ImmutableArray<string> Scenarios { get; init; } = [];

    /// <summary>The hash of the manifest that it was read from; null without one.</summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Manifest { get; init; }
}

/// <summary>A monthly subscription of a plugin.</summary>
/// <param name="Id">Its id within the plugin.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Monthly">CNY a month.</param>
/// <param name="Unlocks">What it opens.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.add-on")]
public sealed record AddOn(
    [property: Id(0)] string Id,
    [property: Id(1)] BilingualText Name,
    [property: Id(2)] decimal Monthly,
    [property: Id(3)] BilingualText Unlocks
);

/// <summary>A statement about a plugin that somebody else has verified (R32).</summary>
/// <param name="Text">The statement.</param>
/// <param name="Verifier">Who verified it.</param>
/// <param name="Date">When.</param>
/// <param name="Document">Where it can be read.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.claim")]
public sealed record VerifiedClaim(
    [property: Id(0)] BilingualText Text,
    [property: Id(1)] string Verifier,
    [property: Id(2)] DateOnly Date,
    [property: Id(3)] string Document
);
