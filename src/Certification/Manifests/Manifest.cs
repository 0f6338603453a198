using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Certification.Manifests;

/// <summary>A plugin's manifest, version 1, as read from a document that its schema accepts.</summary>
/// <param name="Plugin">The plugin's id.</param>
/// <param name="Version">major.minor.patch.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Summary">One or two sentences.</param>
/// <param name="Description">The whole text of the listing.</param>
/// <param name="Category">One of the four (R26).</param>
/// <param name="Services">Kinds of service (R02).</param>
/// <param name="Markets">Countries of buyers; empty for all.</param>
/// <param name="Regimes">Legal regimes (R32, R36).</param>
/// <param name="Erps">ERP systems (R37).</param>
/// <param name="Languages">Languages of its own pages (R31).</param>
/// <param name="Scopes">What it asks of a seller.</param>
/// <param name="Fields">Members that it reads.</param>
/// <param name="Endpoints">Its addresses.</param>
/// <param name="ServesEu">Whether it declares to handle EU data (R20).</param>
/// <param name="Schema">The schema version that it pins; null for the newest.</param>
/// <param name="Support">Its support (R61).</param>
/// <param name="Prices">What calls and add-ons cost.</param>
/// <param name="Claims">Statements verified by others (R32).</param>
/// <param name="Scenarios">Tags of what sellers do with it (R04).</param>
public sealed record Manifest(
    string Plugin,
    string Version,
    LocalTexts Name,
    LocalTexts Summary,
    LocalTexts Description,
    string Category,
    ImmutableArray<string> Services,
    ImmutableArray<string> Markets,
    ImmutableArray<string>? Regimes,
    ImmutableArray<string>? Erps,
    ImmutableArray<string> Languages,
    ImmutableArray<ManifestScope> Scopes,
    ImmutableArray<string>? Fields,
    ImmutableArray<ManifestEndpoint> Endpoints,
    bool ServesEu,
    string? Schema,
    ManifestSupport Support,
    ManifestPrices Prices,
    ImmutableArray<ManifestClaim>? Claims,
    ImmutableArray<string>? Scenarios
)
{
    /// <summary>Reads a document that the schema accepts.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Manifest Parse(JsonElement document) =>
        document.Deserialize(ManifestJson.Default.Manifest) ?? throw new JsonException("The manifest is empty.");
}

/// <summary>A text in the languages that a manifest has it in; Chinese and English always.</summary>
public sealed record LocalTexts(string Zh, string En, string? Es = null, string? Fr = null)
{
    /// <summary>The text in a language of manifests (<c>zh-CN</c>, <c>en</c>, <c>es</c>, <c>fr</c>); null if it is missing.</summary>
    public string? In(string language) =>
        language switch
        {
            "zh-CN" => Zh,
            "en" => En,
            "es" => Es,
            "fr" => Fr,
            _ => null,
        };
}

/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Required">True if the plugin cannot work without it.</param>
/// <param name="Feature">The feature that needs it.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Without">What does not work without it.</param>
/// <param name="Touches">The only members that its writes touch; null for all that its operations accept.</param>
public sealed record ManifestScope(
    string Scope,
    bool Required,
    string Feature,
    LocalTexts Purpose,
    LocalTexts Without,
    ImmutableArray<string>? Touches
);

/// <param name="Kind"><c>webhook</c>, <c>redirect</c> or <c>page</c>.</param>
/// <param name="Url">The address.</param>
/// <param name="Region"><c>cn</c> or <c>eu</c>.</param>
public sealed record ManifestEndpoint(string Kind, string Url, string Region);

public sealed record ManifestSupport(string Email, string Page);

/// <param name="EffectiveFrom">The first day on which they hold.</param>
/// <param name="Tiers">Graduated prices of a day's calls.</param>
/// <param name="AddOns">Subscriptions; null for none.</param>
public sealed record ManifestPrices(DateOnly EffectiveFrom, ImmutableArray<ManifestTier> Tiers, ImmutableArray<ManifestAddOn>? AddOns);

/// <param name="UpTo">The last call of the day in the tier.</param>
/// <param name="UnitPrice">CNY.</param>
public sealed record ManifestTier(long UpTo, decimal UnitPrice);

/// <param name="Id">Its id within the plugin.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Monthly">CNY a month.</param>
/// <param name="Unlocks">What it opens.</param>
public sealed record ManifestAddOn(string Id, LocalTexts Name, decimal Monthly, LocalTexts Unlocks);

/// <param name="Text">The statement.</param>
/// <param name="Verifier">Who verified it.</param>
/// <param name="Date">When.</param>
/// <param name="Document">Where it can be read.</param>
public sealed record ManifestClaim(LocalTexts Text, string Verifier, DateOnly Date, string Document);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
