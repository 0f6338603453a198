using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Billing;
using Marketplace.Enforcement;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Catalogue.Search;

/// <summary>What the catalogue has of one plugin, folded from the plugin's own facts.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Visible">Only certified plugins are found and shown (R01).</param>
/// <param name="Category">One of the four kinds (R26).</param>
/// <param name="Listing">Texts and facets.</param>
/// <param name="Manifest">Scopes with their purposes, agreement, support.</param>
/// <param name="Prices">The price book in force before the first of <see cref="PriceChanges"/>.</param>
/// <param name="Region">The region that processes its installations' data (R20).</param>
/// <param name="ListedAt">The plugin's first fact.</param>
/// <param name="UpdatedAt">Its last registration.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.entry")]
public sealed record CatalogueEntry(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] bool Visible,
    [property: Id(2)] PluginCategory Category,
    [property: Id(3)] PluginListing Listing,
    [property: Id(4)] PluginManifest Manifest,
    [property: Id(5)] PriceBook Prices,
    [property: Id(6)] DataRegion Region,
    [property: Id(7)] DateTimeOffset ListedAt,
    [property: Id(8)] DateTimeOffset UpdatedAt
)
{
    /// <summary>Incremented when entries are made differently: rows of an earlier format are made again from the journal.</summary>
    public const int Format = 2;

    /// <summary>Prices announced for later days, by effective day (R52).</summary>
    [Id(9)]
    public ImmutableArray<PriceVersion> PriceChanges { get; init; } = [];

    /// <summary>Decisions that stop the plugin (R24).</summary>
    [Id(10)]
    public ImmutableArray<PluginBlock> Blocks { get; init; } = [];

    /// <summary>True if the plugin is found and shown: certified, and stopped by nothing.</summary>
    [JsonIgnore]
    public bool IsShown => Visible && PluginBlocks.InForce(Blocks, Listing.Manifest) is null;

    /// <summary>The price of a call in the first tier that has one, in the book's currency; 0 if all calls are free.</summary>
    [JsonIgnore]
    public decimal PriceFrom => Prices.Tiers.FirstOrDefault(tier => tier.UnitPrice > 0).UnitPrice;

    /// <summary>Calls of a day before the first that costs something.</summary>
    [JsonIgnore]
    public long FreeCalls => Prices.Tiers.TakeWhile(tier => tier.UnitPrice == 0).LastOrDefault().UpTo;

    /// <summary>The entry with the prices of a day of business, and only those changes that come after it.</summary>
    public CatalogueEntry On(DateOnly day) =>
        PriceChanges.IsDefaultOrEmpty
            ? this
            : this with
            {
                Prices = new PriceSchedule(Prices, PriceChanges).On(day),
                PriceChanges = [.. PriceChanges.Where(version => version.EffectiveFrom > day)],
            };

    /// <summary>
    /// Folds a fact of the plugin: a registration replaces all but the announced prices and the blocks. A fact of another type changes
    /// nothing, nor does one of prices before the first registration.
    /// </summary>
    /// <param name="before">Null before the plugin's first fact.</param>
    /// <param name="fact">A fact of entity <c>plugin/…</c>.</param>
    /// <exception cref="FormatException">The fact holds no profile, or no prices.</exception>
    public static CatalogueEntry? After(CatalogueEntry? before, JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return fact.Type switch
        {
            PluginProfile.FactType => Of(PluginProfile.Decode(fact.Payload), before?.ListedAt ?? fact.At, fact.At) with
            {
                PriceChanges = before?.PriceChanges ?? [],
                Blocks = before?.Blocks ?? [],
            },
            PluginBlocked.FactType or PluginUnblocked.FactType when before is not null => before with
            {
                Blocks = PluginBlocks.After(before.Blocks, fact),
            },
            PriceAnnounced.FactType when before is not null => before with
            {
                PriceChanges = new PriceSchedule(before.Prices, before.PriceChanges)
                    .With(PriceAnnounced.Decode(fact.Payload).At(fact.At))
                    .Announced,
            },
            _ => before,
        };
    }

    /// <summary>The entry of a registered plugin.</summary>
    public static CatalogueEntry Of(PluginProfile profile, DateTimeOffset listedAt, DateTimeOffset updatedAt)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var name = BilingualText.Same(profile.Name);
        var empty = BilingualText.Same(string.Empty);
        return new CatalogueEntry(
            profile.Id,
            profile.Certified,
            profile.Category,
            profile.Listing ?? new PluginListing(name, empty, empty, null),
            profile.Manifest with
            {
                Scopes = [.. profile.Scopes.Select(profile.DeclarationOf)],
            },
            profile.Prices,
            profile.Region,
            listedAt,
            updatedAt
        )
        {
            PriceChanges = profile.PriceChanges,
        };
    }

    /// <summary>Stands for a row that cannot be read: hidden, and without what it holds.</summary>
    public static CatalogueEntry Unread(PluginId plugin)
    {
        var empty = BilingualText.Same(string.Empty);
        return new CatalogueEntry(
            plugin,
            false,
            default,
            new PluginListing(empty, empty, empty, null),
            PluginManifest.Undeclared,
            PriceBook.Standard,
            DataRegion.FromStored(string.Empty),
            default,
            default
        );
    }

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new CatalogueWire(
                Plugin.Value,
                Visible,
                Category,
                Listing,
                Manifest,
                Prices.Version,
                Prices.Currency,
                Prices.Tiers,
                Region.Value,
                ListedAt,
                UpdatedAt,
                [
                    .. PriceChanges.Select(static version => new CataloguePriceWire(
                        version.Book.Version,
                        version.Book.Currency,
                        version.Book.Tiers,
                        version.EffectiveFrom,
                        version.AnnouncedAt
                    )),
                ],
                Blocks
            ),
            CatalogueJson.Default.CatalogueWire
        );

    /// <exception cref="FormatException">The bytes are no entry.</exception>
    public static CatalogueEntry Decode(ReadOnlyMemory<byte> payload)
    {
        var wire = JsonSerializer.Deserialize(payload.Span, CatalogueJson.Default.CatalogueWire)
            ?? throw new FormatException("A catalogue entry is empty.");
        return new CatalogueEntry(
            PluginId.Parse(wire.Plugin, null),
            wire.Visible,
            wire.Category,
            wire.Listing,
            wire.Manifest,
            new PriceBook(wire.PriceBook, wire.Tiers, wire.Currency),
            DataRegion.FromStored(wire.Region),
            wire.ListedAt,
            wire.UpdatedAt
        )
        {
            PriceChanges =
            [
                .. (wire.PriceChanges.IsDefault ? [] : wire.PriceChanges).Select(static version => new PriceVersion(
                    new PriceBook(version.Version, version.Tiers, version.Currency),
                    version.EffectiveFrom,
                    version.AnnouncedAt
                )),
            ],
            Blocks = wire.Blocks.IsDefault ? [] : wire.Blocks,
        };
    }
}

internal sealed record CatalogueWire(
    string Plugin,
    bool Visible,
    PluginCategory Category,
    PluginListing Listing,
    PluginManifest Manifest,
    int PriceBook,
    string Currency,
    ImmutableArray<PriceTier> Tiers,
    string Region,
    DateTimeOffset ListedAt,
    DateTimeOffset UpdatedAt,
    ImmutableArray<CataloguePriceWire> PriceChanges = default,
    ImmutableArray<PluginBlock> Blocks = default
);

internal sealed record CataloguePriceWire(
    int Version,
    string Currency,
    ImmutableArray<PriceTier> Tiers,
    DateOnly EffectiveFrom,
    DateTimeOffset AnnouncedAt
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CatalogueWire))]
[JsonSerializable(typeof(PluginMeasures))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
