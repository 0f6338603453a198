using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PlatformApi.Journal;

/// <summary>The operators' view of the audit trail: figures, chains, dead letters (role operator).</summary>
public static class AuditEndpoints
{
    private const int DefaultDays = 30;
    private const int MaxDays = 366;

    // Maximum findings listed; fix these to see the rest.
    private const int ListedFindings = 50;

    public static void MapAudit(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group
            .MapGet("audit/kpis", ReadKpis)
            .Takes("days")
            .WithSummary("Facts by day and kind, how far the streams lag, how many dead letters there are.");
        group
            .MapGet("audit/verify", Verify)
            .Takes("entity")
            .WithSummary("Verifies the hash chains of all entities, or of one.")
            .Bounded(HeavyKind.Verification);
        group.MapGet("dead-letters", ListDeadLetters).Takes("all", "limit", "cursor").WithSummary("What a subscriber could not handle.");
        group.MapPost("dead-letters/{id}/retry", Retry).WithSummary("Has the subscriber handle it again.");
    }

    private static async Task<IResult> ReadKpis(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var query = new PositionQuery(context.Request);
        var days = query.Result(query.Number("days", ProblemKinds.ParameterInvalid) ?? DefaultDays).OrProblem();
        if (days is < 1 or > MaxDays)
        {
            throw new RequestProblemException(ProblemKinds.ParameterInvalid, $"days must be a whole number from 1 to {MaxDays}.");
        }

        var from = MarketCalendar.Shanghai.DayOf(time.GetUtcNow()).AddDays(1 - (int)days);
        return TypedResults.Json(KpisView.Of(await Grain(grains).GetKpis(from, context.RequestAborted)), PlatformJson.Readable.KpisView);
    }

    private static async Task<IResult> Verify(HttpContext context, IGrainFactory grains)
    {
        var grain = Grain(grains);
        var query = new PositionQuery(context.Request);
        if (query.Result(query.Text("entity")).OrProblem() is { } entity)
        {
            var report = await grain.VerifyEntity(entity, context.RequestAborted);
            return report.Facts == 0
                ? throw new RequestProblemException(ProblemKinds.NotFound, "The journal has no fact of this entity.")
                : Json(VerifyView.Of([report], ListedFindings));
        }

        var reports = new List<ChainReport>();
        for (string? after = string.Empty; after is not null; after = reports[^1].Next)
        {
            reports.Add(await grain.Verify(after, context.RequestAborted));
        }

        return Json(VerifyView.Of(reports, ListedFindings));
    }

    private static async Task<IResult> ListDeadLetters(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        var (all, limit, after) = query.Result((query.Flag("all"), query.Limit, query.Cursor ?? 0)).OrProblem();
        var letters = await Grain(grains).ListDeadLetters(!all, after, limit + 1, context.RequestAborted);
        var page = letters.Take(limit).Select(DeadLetterView.Of).ToArray();
        var more = letters.Length > limit;
        return TypedResults.Json(
            new DeadLettersView(page, more ? TrailEndpoints.IdOf(page[^1].Id) : null, more),
            PlatformJson.Readable.DeadLettersView
        );
    }

    private static async Task<IResult> Retry(HttpContext context, IGrainFactory grains)
    {
        var letter = await Grain(grains).RetryDeadLetter(context.Request.RouteNumber(), context.RequestAborted)
            ?? throw new RequestProblemException(ProblemKinds.NotFound, "There is no such dead letter.");
        return TypedResults.Json(DeadLetterView.Of(letter), PlatformJson.Readable.DeadLetterView);
    }

    private static JsonHttpResult<VerifyView> Json(VerifyView view) => TypedResults.Json(view, PlatformJson.Readable.VerifyView);

    private static IAuditGrain Grain(IGrainFactory grains) => grains.GetGrain<IAuditGrain>(IAuditGrain.GrainKey);
}
