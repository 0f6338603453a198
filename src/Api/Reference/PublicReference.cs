using System.Collections.Immutable;
using System.Net.Mime;
using Marketplace.Api.CatalogueApi;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Schemas;
using Marketplace.Catalogue.Search;
using static Marketplace.Api.Reference.AnswerReference;

namespace Marketplace.Api.Reference;

/// <summary>Public operations.</summary>
internal static class PublicReference
{
    public const string Tag = "Public";

    public static ImmutableArray<OperationReference> All { get; } =
    [
        new(
            "GET",
            "/schemas",
            "schemas.index",
            "List the schema documents: versions of the data, the event envelope, the redacted member, the manifest."
        )
        {
            Answers = [Json<SchemaIndex>()],
        },
        new("GET", "/schemas/{version}", "schemas.get", "Get a schema document (JSON Schema 2020-12) by its version or name.")
        {
            Answers = [Text("application/schema+json")],
            Problems = ["schema-version-unknown"],
        },
        new("GET", "/problems", "problems.page", "Read about the problem types, by code.")
        {
            Parameters = [Parameters.PageLanguage, Parameters.PageLanguages],
            Answers = [Text(MediaTypeNames.Text.Html)],
        },
        new(
            "GET",
            "/.well-known/marketplace-keys",
            "keys.list",
            "List the public keys that webhooks and evidence are signed with, newest last."
        )
        {
            Answers = [Json<MarketplaceKeyList>()],
        },
        .. Catalogue,
        PolicyReference.OfEverybody,
        EnforcementReference.OfEverybody,
    ];

    private static ImmutableArray<OperationReference> Catalogue =>
        [
            new("GET", "/catalogue/v1/plugins", "catalogue.search", "Search the plugins of the marketplace, with counts of all facets.")
            {
                Description =
                    "A plugin is found if it has all the words, in Chinese or English, in its name, texts or facets; words in the name "
                    + "come first. A facet that is given several times asks for any of its values, different facets for all of them. "
                    + "The answer has an `ETag`; asked again with `If-None-Match`, an unchanged catalogue is 304.",
                Parameters =
                [
                    new("q", ParameterKind.Text, "Words to look for.")
                    {
                        Maximum = CatalogueQueryReader.MaxTextLength,
                        Example = "label printing",
                    },
                    .. CatalogueFacets.All.Select(Facet),
                    Parameters.OneOf("sort", "The order; `relevance` without it.", [.. CatalogueQueryReader.Sorts]),
                    OfSeller,
                    Parameters.Limit(PositionQuery.MaxLimit, CatalogueQueryReader.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<CatalogueListView>()],
                Problems = ["cursor-invalid", "parameter-invalid", "role-forbidden", "seller-not-found"],
            },
            new("GET", "/catalogue/v1/plugins/{plugin}", "catalogue.get", "Get all that the catalogue has of one plugin.")
            {
                Parameters = [OfSeller],
                Answers = [Json<CatalogueDetailView>()],
                Problems = ["not-found", "role-forbidden", "seller-not-found"],
            },
        ];

    private static ParameterReference OfSeller =>
        Parameters.Seller with
        {
            Required = false,
            Description = "Adds the state of this seller's installations; needs a token of Seller Center or of the seller's user.",
        };

    private static ParameterReference Facet(string facet) =>
        new(facet, ParameterKind.Text, $"Only plugins with this {facet}; may be given several times.");
}
