using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>The diagnostic tool of a seller's installation (R57–R60).</summary>
public static class DiagnosisEndpoint
{
    private const string EventStream = "text/event-stream";

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
        group.MapPost("diagnosis/{id}/outcome", Tell).WithSummary("Tells whether a diagnosis named the cause.");
        endpoints
            .MapGet("/platform/v1/diagnosis/outcomes", Outcomes)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("Diagnoses, outcomes, the share that located the cause, and how long that took.");
        endpoints.MapErrorLogs();
        endpoints.MapIncidents();
    }

    private static async Task<IResult> Run(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Limit);
        var grain = grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id));
        if (context.Request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase))
        {
            return await Stream(id, grain, context.RequestAborted);
        }

        var diagnosis = await grain.Run(limit.Token) ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        return TypedResults.Json(DiagnosisView.Of(id, diagnosis), DiagnosisJson.Readable.DiagnosisView);
    }

    /// <summary>Begins the stream only when the first check is there, so that what does not exist is still a problem document.</summary>
    private static async Task<IResult> Stream(InstallationId id, IDiagnosisGrain grain, CancellationToken aborted)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(Limit);
        var steps = grain.Watch(limit.Token).GetAsyncEnumerator(limit.Token);
        try
        {
            if (await steps.MoveNextAsync())
            {
                return TypedResults.ServerSentEvents(Events(id, steps, limit, CancellationToken.None));
            }
        }
        catch
        {
            await End(steps, limit);
            throw;
        }

        await End(steps, limit);
        throw new RequestProblemException(InstallationRefusals.NotFound());
    }

    private static async IAsyncEnumerable<SseItem<string>> Events(
        InstallationId id,
        IAsyncEnumerator<DiagnosisStep> steps,
        CancellationTokenSource limit,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        try
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return steps.Current switch
                {
                    { Check: { } check } => new SseItem<string>(
                        JsonSerializer.Serialize(CheckView.Of(check), DiagnosisJson.Readable.CheckView),
                        "check"
                    ),
                    { Result: { } result } => new SseItem<string>(
                        JsonSerializer.Serialize(DiagnosisView.Of(id, result), DiagnosisJson.Readable.DiagnosisView),
                        "result"
                    ),
                    _ => throw new InvalidOperationException("A step of a diagnosis is a check or the result."),
                };
            } while (await steps.MoveNextAsync());
        }
        finally
        {
            await End(steps, limit);
        }
    }

    private static async ValueTask End(IAsyncEnumerator<DiagnosisStep> steps, CancellationTokenSource limit)
    {
        await steps.DisposeAsync();
        limit.Dispose();
    }

    private static async Task<IResult> Tell(HttpContext context, IGrainFactory grains)
    {
        var installation = SellerRequest.Installation(context);
        var request = await SellerRequest.Body(context, DiagnosisInputJson.Default.OutcomeRequest);
        var outcome = new DiagnosisOutcome(request.Located, request.Cause, request.Fixed);
        var id = (string)context.Request.RouteValues["id"]!;
        var told = await grains
            .GetGrain<IDiagnosisSessionGrain>(GrainKeys.Sessions(installation))
            .Tell(id, outcome, SellerRequest.By(context), context.RequestAborted);
        var kept = told.OrProblem();
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
