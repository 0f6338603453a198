using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>The consent document as Seller Center shows it (docs/api/sellers.md).</summary>
internal sealed record ConsentDocumentView(
    string Installation,
    string Plugin,
    int PluginVersion,
    ConsentAgreementView Agreement,
    IReadOnlyList<ConsentScopeView> Required,
    IReadOnlyList<ConsentScopeView> Optional,
    IReadOnlyList<ConsentScopeView> Pending,
    ImmutableArray<string> Granted,
    IReadOnlyList<ScopePreset> Presets,
    SupportContact? Support,
    int TermDays,
    int SensitiveTermDays,
    PriceOfferView? Prices
)
{
    public static ConsentDocumentView Of(ConsentDocument document)
    {
        var manifest = document.Plugin.Manifest;
        return new ConsentDocumentView(
            document.Installation.ToString(),
            document.Plugin.Id.Value,
            manifest.Version,
            new ConsentAgreementView(manifest.Agreement.Version, manifest.Agreement.Hash, manifest.Agreement.Text),
            [.. document.Required.Select(ConsentScopeView.Of)],
            [.. document.Optional.Select(ConsentScopeView.Of)],
            [.. document.Pending.Select(ConsentScopeView.Of)],
            document.Granted,
            manifest.Presets,
            manifest.Support,
            (int)document.Term.TotalDays,
            (int)document.SensitiveTerm.TotalDays,
            document.Offer is { } offer ? PriceOfferView.Of(offer) : null
        );
    }
}

internal sealed record ConsentAgreementView(string Version, string Hash, BilingualText Text);

internal sealed record ConsentScopeView(
    string Scope,
    BilingualText Name,
    BilingualText Purpose,
    BilingualText Without,
    string Risk,
    bool Ticked
)
{
    public static ConsentScopeView Of(ConsentScope scope) =>
        new(scope.Info.Scope, scope.Info.Name, scope.Purpose, scope.Without, scope.Info.Risk.Text(), scope.Ticked);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ConsentDocumentView))]
internal sealed partial class ConsentJson : JsonSerializerContext
{
    public static ConsentJson Readable => field ??= new(Default.Options.Readable());
}
