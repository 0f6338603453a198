using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Identity;
using Marketplace.Api.Installations;
using Marketplace.Api.Problems;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.Diagnostics;

/// <summary>The diagnostic tool of a seller's installation (R57–R61).</summary>
public static class DiagnosisEndpoint
{
    public static void MapDiagnosis(this IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/seller/v1/installations/{seller}/{plugin}/diagnosis", Run)
        .RequireAuthorization(ClientRoles.Seller)
        .WithTags("Seller in")
        .WithSummary("State, token, grants, quota, spend, sync window, feed: what is wrong, why, and who mends it. Free.");

    private static async Task<IResult> Run(HttpContext context, IGrainFactory grains)
    {
        var id = SellerRequest.Installation(context);
        var diagnosis = await grains.GetGrain<IDiagnosisGrain>(GrainKeys.Diagnosis(id)).Run(context.RequestAborted)
            ?? throw new RequestProblemException(InstallationRefusals.NotFound());
        return TypedResults.Json(DiagnosisView.Of(id, diagnosis), DiagnosisJson.Readable.DiagnosisView);
    }
}

internal sealed record DiagnosisView(
    string Installation,
    string State,
    DateTimeOffset CheckedAt,
    IReadOnlyList<FindingView> Findings,
    IReadOnlyList<CheckView> Checks,
    IReadOnlyList<ErrorView> LastErrors)
{
    public static DiagnosisView Of(InstallationId id, Diagnosis diagnosis) => new(
        id.ToString(),
        InstallationView.StateOf(diagnosis.State),
        diagnosis.CheckedAt,
        [.. diagnosis.Findings.Select(FindingView.Of)],
        [.. diagnosis.Checks.Select(check => new CheckView(check.Name, check.Ok, check.Evidence))],
        [.. diagnosis.LastErrors.Select(ErrorView.Of)]);
}

internal sealed record FindingView(
    string Code, string Severity, CauseView Cause, ImmutableSortedDictionary<string, string> Evidence, ProblemFix Fix)
{
    public static FindingView Of(Finding finding) => new(
        finding.Code, finding.Severity, new CauseView(finding.CauseZh, finding.CauseEn), finding.Evidence, new ProblemFix(finding.FixBy, finding.FixAction));
}

internal sealed record CauseView(string Zh, string En);

internal sealed record CheckView(string Check, bool Ok, ImmutableSortedDictionary<string, string> Evidence);

internal sealed record ErrorView(string ErrorLogId, DateTimeOffset At, string Operation, string Code, int Status)
{
    public static ErrorView Of(CallError error) => new(
        CallIds.Text(error.CallId), error.At, error.Operation, error.Code, error.Status == 0 ? ProblemKinds.Of(error.Code).Status : error.Status);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DiagnosisView))]
internal sealed partial class DiagnosisJson : JsonSerializerContext
{
    public static DiagnosisJson Readable => field ??= new(Default.Options.Readable());
}
