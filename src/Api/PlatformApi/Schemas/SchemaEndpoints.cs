using System.Collections.Immutable;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Identity;
using Marketplace.Schemas;
using Marketplace.Schemas.Payloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PlatformApi.Schemas;

/// <summary>Schema versions: their documents (public), announcement and impact (role operator) (R64).</summary>
internal static class SchemaEndpoints
{
    // Published schemas never change, so they may be cached forever.
    private const string Forever = "public, max-age=86400, immutable";

    private static readonly ImmutableDictionary<string, byte[]> Documents = PayloadSchemas.Standard.Versions.ToImmutableDictionary(
        schema => schema.Version,
        SchemaDocument.Write,
        StringComparer.Ordinal
    );

    public static void MapSchemas(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/schemas", Index);
        endpoints
            .MapGet("/schemas/{version}", Describe)
            .WithTags("Schemas")
            .WithSummary("What plugins read in a schema version, as JSON Schema.");
        var group = endpoints.MapGroup("/platform/v1/schema/versions").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("", List).WithSummary("The schema versions: announced since when, served until when.");
        group
            .MapPost("{version}/announce", Announce)
            .WithSummary("Announces a schema version; plugins that pin an older one have 48 hours.");
        group.MapGet("{version}/board", Board).WithSummary("Which certified plugins have moved to a schema version, which have not.");
        group
            .MapGet("{version}/impact", Impact)
            .WithSummary("Installed plugins that read what a schema version changed in the last 30 days.");
    }

    private static JsonHttpResult<SchemaIndex> Index() =>
        TypedResults.Json(
            new SchemaIndex(
                PayloadSchemas.Standard.Newest.Version,
                [
                    .. PayloadSchemas.Standard.Versions.Select(schema => new SchemaLink(
                        schema.Version,
                        $"/schemas/{schema.Version}",
                        [.. schema.EventTypes.Order(StringComparer.Ordinal)]
                    )),
                ],
                [.. FixedSchemas.Names.Select(name => new SchemaLink(name, $"/schemas/{name}", []))]
            ),
            SchemaApiJson.Readable.SchemaIndex
        );

    private static FileContentHttpResult Describe(HttpContext context, SchemaVersions served)
    {
        var version = Version(context);
        if (FixedSchemas.Find(version) is { } document)
        {
            return TypedResults.Bytes(document, "application/schema+json");
        }

        if (PayloadSchemas.Standard.Find(version) is null && served.Find(version) is null)
        {
            throw new RequestProblemException(SchemaRefusals.Unknown(served.Names));
        }

        // A version that only a host configures equals the last published one before it.
        context.Response.Headers.CacheControl = Forever;
        return TypedResults.Bytes(Documents[PayloadSchemas.Standard.At(version).Version], "application/schema+json");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var versions = await Grain(grains).GetVersions(context.RequestAborted);
        return TypedResults.Json(new SchemaListView([.. versions.Select(SchemaVersionView.Of)]), SchemaApiJson.Readable.SchemaListView);
    }

    private static async Task<IResult> Announce(HttpContext context, IGrainFactory grains)
    {
        var outcome = await Grain(grains).Announce(Version(context), SellerRequest.By(context), context.RequestAborted);
        return TypedResults.Json(SchemaVersionView.Of(outcome.OrProblem()), SchemaApiJson.Readable.SchemaVersionView);
    }

    private static async Task<IResult> Board(HttpContext context, IGrainFactory grains) =>
        TypedResults.Json(SchemaBoardView.Of(await ReadBoard(context, grains)), SchemaApiJson.Readable.SchemaBoardView);

    private static async Task<IResult> Impact(HttpContext context, IGrainFactory grains)
    {
        var board = await ReadBoard(context, grains);
        var changed = PayloadSchemas.Standard.Find(board.Version)?.ChangedObjects ?? [];
        var operations = SchemaReads.OperationsOf(changed);
        var plugins = await new SchemaImpact(grains, operations).Read(context.RequestAborted);
        var progress = board.Rows.ToImmutableDictionary(row => row.Plugin);
        return TypedResults.Json(
            new SchemaImpactView(
                board.Version,
                changed,
                operations,
                SchemaReads.Days,
                board.AsOf,
                [.. plugins.Select(plugin => SchemaImpactPluginView.Of(plugin, progress.GetValueOrDefault(plugin.Plugin.Plugin)))]
            ),
            SchemaApiJson.Readable.SchemaImpactView
        );
    }

    private static async Task<SchemaBoard> ReadBoard(HttpContext context, IGrainFactory grains) =>
        (await Grain(grains).GetBoard(Version(context), context.RequestAborted)).OrProblem();

    private static string Version(HttpContext context) => (string)context.Request.RouteValues["version"]!;

    private static ISchemaGrain Grain(IGrainFactory grains) => grains.GetGrain<ISchemaGrain>(GrainKeys.Schema());
}
