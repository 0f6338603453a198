using System.Collections.Immutable;
using System.Net.Mime;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Schemas;
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
    ];
}
