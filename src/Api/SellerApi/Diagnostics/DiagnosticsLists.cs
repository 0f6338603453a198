using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>Lists of one installation's past diagnoses (R60) and of its last errors (R61).</summary>
internal static class DiagnosticsLists
{
    private static Refusal BadCursor =>
        ProblemWriter.Plain("cursor-invalid", "The cursor is not one of this list: send next_cursor as it is.");

    public static void MapDiagnosticsLists(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/seller/v1/installations/{seller}/{plugin}")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in");
        group
            .MapGet("diagnoses", ListDiagnoses)
            .Takes("limit", "cursor")
            .WithSummary("The last diagnoses with the outcomes that were reported, newest first.");
        group
            .MapGet("errors", ListErrors)
            .Takes("operation", "code", "from", "to", "limit", "cursor")
            .WithSummary("The last errors as the seller may see them, newest first.");
    }

    private static async Task<IResult> ListDiagnoses(HttpContext context, IGrainFactory grains)
    {
        var id = await Known(context, grains);
        var query = new PositionQuery(context.Request);
        var (limit, cursor) = query.Result((query.Limit, query.Text("cursor"))).OrProblem();
        if (cursor is not null && !Guid.TryParseExact(cursor, "N", out _))
        {
            throw new RequestProblemException(BadCursor);
        }

        var kept = await grains.GetGrain<IDiagnosisSessionGrain>(GrainKeys.Sessions(id)).List(context.RequestAborted);

        // A diagnosis that was dropped since had only older ones behind it, which were dropped before.
        var rest = cursor is null ? [.. kept] : kept.SkipWhile(past => past.Diagnosis.Id != cursor).Skip(1).ToArray();
        var page = rest.Take(limit).Select(PastDiagnosisView.Of).ToArray();
        var more = rest.Length > limit;
        return TypedResults.Json(new PastDiagnosisList(page, more ? page[^1].Id : null, more), DiagnosisJson.Readable.PastDiagnosisList);
    }

    private static async Task<IResult> ListErrors(HttpContext context, IGrainFactory grains)
    {
        var id = await Known(context, grains);
        var query = new PositionQuery(context.Request);
        var filter = new ErrorFilter(query.Text("operation"), query.Text("code"), query.Instant("from"), query.Instant("to"));
        var (limit, after) = query.Result((query.Limit, After(query))).OrProblem();
        var errors = await grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(id)).List(filter, after, limit + 1, context.RequestAborted);
        var page = errors.Take(limit).Select(error => ErrorView.Of(ErrorReader.Seller, error, null)).ToArray();
        var more = errors.Length > limit;
        return TypedResults.Json(new ErrorList(page, more ? page[^1].ErrorLogId : null, more), DiagnosisJson.Readable.ErrorList);
    }

    private static UInt128? After(PositionQuery query)
    {
        if (query.Text("cursor") is not { } cursor)
        {
            return null;
        }

        if (!CallIds.TryParse(cursor, out var id))
        {
            query.Refuse(BadCursor);
        }

        return id;
    }

    /// <summary>The installation in the path, if there is one: a list of what never was would be empty, not missing.</summary>
    private static async Task<InstallationId> Known(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        return await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(context.RequestAborted) is null
            ? throw new RequestProblemException(InstallationRefusals.NotFound())
            : id;
    }
}

internal sealed record PastDiagnosisList(
    IReadOnlyList<PastDiagnosisView> Diagnoses,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor,
    bool HasMore
);

/// <summary>A past diagnosis without its checks, and what the seller said of it.</summary>
internal sealed record PastDiagnosisView(
    string Id,
    DateTimeOffset CheckedAt,
    string? State,
    IReadOnlyList<FindingView> Findings,
    ReportedOutcomeView? Outcome
)
{
    public static PastDiagnosisView Of(PastDiagnosis past) =>
        new(
            past.Diagnosis.Id,
            past.Diagnosis.CheckedAt,
            past.Diagnosis.State is { } state ? Installations.InstallationView.StateOf(state) : null,
            [.. past.Diagnosis.Findings.Select(FindingView.Of)],
            past is { Outcome: { } outcome, ReportedAt: { } at }
                ? new ReportedOutcomeView(outcome.Located, outcome.Cause, outcome.Fixed, at)
                : null
        );
}

internal sealed record ReportedOutcomeView(bool Located, string? Cause, bool? Fixed, DateTimeOffset ReportedAt);

internal sealed record ErrorList(
    IReadOnlyList<ErrorView> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor,
    bool HasMore
);
