using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Marketplace.Catalogue;

/// <summary>What a certified plugin asks of a seller: scopes with their purposes, the agreement, and a support contact.</summary>
/// <param name="Version">The plugin's version; 0 for one registered without a manifest.</param>
/// <param name="Scopes">One declaration per certified scope; a certified scope without one is optional.</param>
/// <param name="Agreement">What the seller accepts with the consent.</param>
/// <param name="Support">The plugin's own support (R61); null if it has none.</param>
/// <param name="Presets">Sets of scopes offered by name (R69).</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.manifest")]
public sealed record PluginManifest(
    [property: Id(0)] int Version,
    [property: Id(1)] ImmutableArray<ScopeDeclaration> Scopes,
    [property: Id(2)] Agreement Agreement,
    [property: Id(3)] SupportContact? Support,
    [property: Id(4)] ImmutableArray<ScopePreset> Presets
)
{
    /// <summary>The schema version of orders, products and waybills that the plugin was built for; null for the newest.</summary>
    [Id(5)]
    public string? Schema { get; init; }

    /// <summary>For plugins registered before manifests existed: no scope is declared necessary, so each is an explicit choice.</summary>
    public static PluginManifest Undeclared { get; } = new(0, [], Agreement.Standard, null, []);
}

/// <summary>One scope of a plugin: whether the plugin works without it, what it is for, and what stops without it (R42).</summary>
[GenerateSerializer, Immutable, Alias("mp.catalogue.scope-declaration")]
public sealed record ScopeDeclaration(
    [property: Id(0)] string Scope,
    [property: Id(1)] bool Required,
    [property: Id(2)] BilingualText Purpose,
    [property: Id(3)] BilingualText Without
)
{
    /// <summary>
    /// For a write scope, the paths that its writes may touch by the certified purpose (R70), as
    /// <see cref="Marketplace.Risk.PurposeFields"/> reads them. Null for every path its operations accept: no write of the scope is then
    /// outside the purpose.
    /// </summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Touches { get; init; }
}

/// <summary>The versioned text a seller accepts.</summary>
[GenerateSerializer, Immutable, Alias("mp.catalogue.agreement")]
public sealed record Agreement([property: Id(0)] string Version, [property: Id(1)] BilingualText Text)
{
    // Sellers consent to the hash of this text: another text is another version.
    private const string StandardVersion = "standard-1";

    /// <summary>For plugins without an agreement of their own.</summary>
    public static Agreement Standard { get; } = new(StandardVersion, BilingualTexts.Load(typeof(Agreement)).Get(StandardVersion));

    /// <summary>SHA-256 of the canonical text (version, Chinese, English, each ended by a line feed; UTF-8), lower-case hex.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}\n{Text.Zh}\n{Text.En}\n")));
}

/// <summary>A named selection of scopes, for example "read orders + write tracking number".</summary>
[GenerateSerializer, Immutable, Alias("mp.catalogue.scope-preset")]
public sealed record ScopePreset([property: Id(0)] BilingualText Name, [property: Id(1)] ImmutableArray<string> Scopes);

/// <summary>Where a seller finds the plugin's own support (R61).</summary>
[GenerateSerializer, Immutable, Alias("mp.catalogue.support")]
public sealed record SupportContact([property: Id(0)] string? Email, [property: Id(1)] string? Page);
