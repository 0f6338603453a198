using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Privacy;

namespace Marketplace.Api.PlatformApi;

/// <summary>Findings against a plugin, for enforcement (role operator).</summary>
internal static class PrivacyFindingEndpoints
{
    public static void MapPrivacyFindings(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/platform/v1/findings", List)
            .Takes("plugin", "kind", "limit")
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("Private data that a plugin sent, newest first: where, never what.");

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        if (!PluginId.TryParse(query.Text("plugin"), null, out var plugin))
        {
            query.Refuse(ProblemWriter.Plain(ProblemKinds.ParameterInvalid, "The query must name one plugin: ?plugin=…"));
        }

        var (kind, limit) = query.Result((query.Text("kind"), query.Limit)).OrProblem();
        var report = await grains.GetGrain<IPrivacyFindingsGrain>(GrainKeys.Conduct(plugin)).Read(kind, limit, context.RequestAborted);
        return TypedResults.Json(FindingsView.Of(plugin, report), PlatformJson.Readable.FindingsView);
    }
}

internal sealed record FindingView(
    string Kind,
    string Operation,
    string Installation,
    string Member,
    bool Refused,
    [property: JsonPropertyName("unnoted_before")] long Unnoted,
    DateTimeOffset At
)
{
    public static FindingView Of(PrivacyFinding finding) =>
        new(
            finding.Found.Kind,
            finding.Found.Operation.Value,
            finding.Found.Installation.ToString(),
            finding.Found.Member,
            finding.Found.Refused,
            finding.Unnoted,
            finding.At
        );
}

internal sealed record FindingsView(string Plugin, ImmutableSortedDictionary<string, long> Counts, IReadOnlyList<FindingView> Findings)
{
    public static FindingsView Of(PluginId plugin, PrivacyReport report) =>
        new(plugin.Value, report.Counts, [.. report.Findings.Select(FindingView.Of)]);
}
