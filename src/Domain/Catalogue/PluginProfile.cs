using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Billing;
using Marketplace.Enforcement;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Catalogue;

/// <summary>A plugin as registered with the marketplace.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Category">One of the four kinds (R26).</param>
/// <param name="Certified">Only certified plugins are installable (R01).</param>
/// <param name="Scopes">The certified scopes, sorted.</param>
/// <param name="Prices">The price book it was registered with; in force until the first of the announced ones.</param>
/// <param name="Burst">The short-term limit of each installation.</param>
/// <param name="Region">The region that processes its installations' data (R20).</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.plugin")]
public sealed record PluginProfile(
    [property: Id(0)] PluginId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] PluginCategory Category,
    [property: Id(3)] bool Certified,
    [property: Id(4)] ImmutableArray<string> Scopes,
    [property: Id(5)] PriceBook Prices,
    [property: Id(6)] BurstLimit Burst,
    [property: Id(7)] DataRegion Region
) : IJournalEvent
{
    /// <summary>The journal type of the fact that registers or replaces a profile.</summary>
    public const string FactType = "plugin-registered";

    string IJournalEvent.Type => FactType;

    /// <summary>The plugin's manifest; <see cref="PluginManifest.Undeclared"/> for plugins registered before manifests existed.</summary>
    [Id(8)]
    public PluginManifest Manifest { get; init; } = PluginManifest.Undeclared;

    /// <summary>Prices announced since, by effective day (R52). Not part of the registration: facts of their own.</summary>
    [Id(9)]
    public ImmutableArray<PriceVersion> PriceChanges { get; init; } = [];

    /// <summary>The plugin's prices by day.</summary>
    public PriceSchedule PriceSchedule => new(Prices, PriceChanges);

    /// <summary>What the catalogue shows beyond the profile; null for a plugin that has only its name.</summary>
    [Id(10)]
    public PluginListing? Listing { get; init; }

    /// <summary>Decisions that stop the plugin (R24). Not part of the registration: facts of their own.</summary>
    [Id(11)]
    public ImmutableArray<PluginBlock> Blocks { get; init; } = [];

    /// <summary>The decision that stops the plugin now; null if none does.</summary>
    public PluginBlock? Block => PluginBlocks.InForce(Blocks, Listing?.Manifest);

    /// <summary>The certified minimal set (R42), sorted: the scopes the plugin cannot work without.</summary>
    public ImmutableArray<string> RequiredScopes => [.. Scopes.Where(scope => DeclarationOf(scope).Required)];

    /// <summary>The certified purpose of writes: the fields they may touch, for scopes that restrict them (R70).</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Touches =>
        Manifest
            .Scopes.Where(declared => declared.Touches is not null)
            .ToImmutableSortedDictionary(declared => declared.Scope, declared => declared.Touches!.Value, StringComparer.Ordinal);

    /// <summary>The plugin's declaration of a scope, or the catalogue's description if the plugin declares nothing.</summary>
    public ScopeDeclaration DeclarationOf(string scope)
    {
        var info = ScopeCatalogue.Of(scope);
        return Manifest.Scopes.FirstOrDefault(declared => declared.Scope == scope)
            ?? new ScopeDeclaration(scope, false, info.Purpose, info.Without);
    }

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new PluginWire(
                Id.Value,
                Name,
                Category,
                Certified,
                Scopes,
                Prices.Version,
                Prices.Currency,
                Prices.Tiers,
                Burst,
                Region.Value,
                Manifest,
                Listing
            ),
            PluginJson.Default.PluginWire
        );

    /// <summary>Folds a fact of the plugin: a registration replaces all but the announced prices and the blocks.</summary>
    /// <exception cref="FormatException">The fact's payload cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Prices were announced before the plugin was registered.</exception>
    public static PluginProfile Evolve(PluginProfile? before, JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Type != PriceAnnounced.FactType && !PluginBlocks.IsOne(fact))
        {
            return Decode(fact.Payload) with { PriceChanges = before?.PriceChanges ?? [], Blocks = before?.Blocks ?? [] };
        }

        var plugin = before ?? throw new InvalidOperationException($"{fact.Entity} has a {fact.Type} but no registration.");
        if (PluginBlocks.IsOne(fact))
        {
            return plugin with { Blocks = PluginBlocks.After(plugin.Blocks, fact) };
        }

        return plugin with
        {
            PriceChanges = plugin.PriceSchedule.With(PriceAnnounced.Decode(fact.Payload).At(fact.At)).Announced,
        };
    }

    public static PluginProfile Decode(ReadOnlyMemory<byte> payload)
    {
        var wire = JsonSerializer.Deserialize(payload.Span, PluginJson.Default.PluginWire)
            ?? throw new FormatException("A plugin's fact is empty.");
        var prices = new PriceBook(wire.PriceBook, wire.Tiers, wire.Currency);
        return new PluginProfile(
            PluginId.Parse(wire.Id, null),
            wire.Name,
            wire.Category,
            wire.Certified,
            wire.Scopes,
            prices,
            wire.Burst,
            DataRegion.FromStored(wire.Region)
        )
        {
            Manifest = wire.Manifest ?? PluginManifest.Undeclared,
            Listing = wire.Listing,
        };
    }
}

/// <summary>The four categories (R26): every plugin is in exactly one.</summary>
public enum PluginCategory
{
    /// <summary>智能订单处理.</summary>
    OrderProcessing,

    /// <summary>物流协同.</summary>
    Logistics,

    /// <summary>合规与本地化.</summary>
    ComplianceAndLocalisation,

    /// <summary>数据看板.</summary>
    DataDashboard,
}

internal sealed record PluginWire(
    string Id,
    string Name,
    PluginCategory Category,
    bool Certified,
    ImmutableArray<string> Scopes,
    int PriceBook,
    string Currency,
    ImmutableArray<PriceTier> Tiers,
    BurstLimit Burst,
    string Region,
    PluginManifest? Manifest = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PluginListing? Listing = null
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PluginWire))]
internal sealed partial class PluginJson : JsonSerializerContext;
