using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.Compliance.Classification;

namespace Marketplace.Api.Privacy;

/// <summary>The classes of <see cref="DataClass"/> for the host's redactors.</summary>
public static class MarketplaceData
{
    private const string Taxonomy = "Marketplace";

    public static DataClassification Public { get; } = Of(DataClass.Public);

    public static DataClassification BuyerPrivate { get; } = Of(DataClass.BuyerPrivate);

    public static DataClassification PlatformInternal { get; } = Of(DataClass.PlatformInternal);

    private static DataClassification Of(DataClass kind) => new(Taxonomy, kind.ToString());
}
