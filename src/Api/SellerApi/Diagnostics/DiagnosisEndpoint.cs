using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>The diagnosis of a seller's installation (R57–R60).</summary>
public static class DiagnosisEndpoint
{
    /// <summary>R57: a diagnosis ends within 15 s, whatever hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static void MapDiagnosis(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/seller/v1/installations/{seller}/{plugin}")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in");
        group
            .MapGet("diagnosis", Run)
            .WithSummary("What is wrong, why, and which call mends it; as JSON, or as events while it is looked at. Free.")
            .Bounded(HeavyKind.Diagnosis);
        group.MapPost("diagnosis/{id}/outcome", ReportOutcome).WithSummary("Tells whether a diagnosis named the cause.");
        endpoints
            .MapGet("/platform/v1/diagnosis/outcomes", Outcomes)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("Diagnoses, outcomes, the share that located the cause, and how long that took.");
        endpoints.MapErrorLogs();
        endpoints.MapIncidents();
        endpoints.MapDiagnosticsLists();
        endpoints.MapSellerIncidents();
    }

    private static async Task<IResult> Run(HttpContext context, IGrainFactory grains, TimeProvider time)
    {
        var id = SellerRequest.Installation(context);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Limit);
        var grain = grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id));
        if (context.Request.Headers.Accept.ToString().Contains(EventStream.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await Stream(context, id, grain, time, limit.Token);
            return TypedResults.Empty;
        }

        var diagnosis = await grain.Run(limit.Token) ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        return TypedResults.Json(DiagnosisView.Of(id, diagnosis), DiagnosisJson.Readable.DiagnosisView);
    }

    /// <summary>Starts the stream only with the first check, so that an unknown installation still gets a problem document.</summary>
    private static async Task Stream(
        HttpContext context,
        InstallationId id,
        IDiagnosisGrain grain,
        TimeProvider time,
        CancellationToken limit
    )
    {
        await using var steps = grain.Watch(limit).GetAsyncEnumerator(limit);
        if (!await steps.MoveNextAsync())
        {
            throw new RequestProblemException(InstallationRefusals.NotFound());
        }

        var response = context.Response;
        response.ContentType = EventStream.ContentType;
        response.Headers.CacheControl = "no-cache,no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.ContentEncoding = "identity";
        var events = new EventStream(context, Timeout.InfiniteTimeSpan, time);
        do
        {
            await events.Write(Frame(id, steps.Current), context.RequestAborted);
        } while (await steps.MoveNextAsync());
    }

    private static EventFrames Frame(InstallationId id, DiagnosisStep step) =>
        step switch
        {
            { Check: { } check } => new EventFrames().Event(
                "check",
                JsonSerializer.SerializeToUtf8Bytes(CheckView.Of(check), DiagnosisJson.Readable.CheckView)
            ),
            { Result: { } result } => new EventFrames().Event(
                "result",
                JsonSerializer.SerializeToUtf8Bytes(DiagnosisView.Of(id, result), DiagnosisJson.Readable.DiagnosisView)
            ),
            _ => throw new InvalidOperationException("A step of a diagnosis is a check or the result."),
        };

    private static async Task<IResult> ReportOutcome(HttpContext context, IGrainFactory grains)
    {
        var installation = SellerRequest.Installation(context);
        var request = await SellerRequest.Body(context, DiagnosisInputJson.Default.OutcomeRequest);
        var outcome = new DiagnosisOutcome(request.Located, request.Cause, request.Fixed);
        var id = (string)context.Request.RouteValues["id"]!;
        var reported = await grains
            .GetGrain<IDiagnosisSessionGrain>(GrainKeys.Sessions(installation))
            .ReportOutcome(id, outcome, SellerRequest.By(context), context.RequestAborted);
        var kept = reported.OrProblem();
        return TypedResults.Json(new OutcomeView(id, kept.Located, kept.Cause, kept.Fixed), DiagnosisJson.Readable.OutcomeView);
    }

    private static async Task<IResult> Outcomes(HttpContext context, IGrainFactory grains)
    {
        var shards = await Task.WhenAll(
            OutcomeShards.Keys.Select(key => grains.GetGrain<IDiagnosisOutcomesGrain>(key).Sum(context.RequestAborted))
        );
        var sum = shards.Aggregate(OutcomeFigures.None, (all, shard) => all.Plus(shard));
        return TypedResults.Json(OutcomesView.Of(sum), DiagnosisJson.Readable.OutcomesView);
    }
}
