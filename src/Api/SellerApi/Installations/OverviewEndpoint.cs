using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>A seller's installations with what is wrong with each, in one answer: for the home page and the table (R56).</summary>
internal static class OverviewEndpoint
{
    public static void MapOverview(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/seller/v1/overview", Get)
            .Takes("seller", "limit", "cursor")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("State, problems, lag and last error of each installation, without running diagnoses.");

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains, IInstallationOverviews overviews)
    {
        var page = await InstallationPage.Read(context, grains, SellerRequest.Seller(context));
        var read = await overviews.Read(page.Installations, context.RequestAborted);
        return TypedResults.Json(
            new OverviewList([.. read.Select(OverviewView.Of)], page.NextCursor, page.HasMore),
            OverviewJson.Readable.OverviewList
        );
    }
}

internal sealed record OverviewList(IReadOnlyList<OverviewView> Installations, string? NextCursor, bool HasMore);

/// <summary>One line of the table of installations.</summary>
internal sealed record OverviewView(
    string Installation,
    string Plugin,
    TextView PluginName,
    int PluginVersion,
    string State,
    TextView StateLabel,
    string Phase,
    string? ReasonCode,
    ImmutableArray<string> Allowed,
    DateTimeOffset? AuthorisationExpiresAt,
    DateTimeOffset? NextReviewDue,
    IReadOnlyList<OpenProblemView> Problems,
    long? LagSeconds,
    decimal? AccuracyToday,
    LastCallErrorView? LastError
)
{
    public static OverviewView Of(InstallationOverview overview)
    {
        var answer = overview.Installation;
        var view = InstallationView.Of(answer);
        return new OverviewView(
            view.Installation,
            view.Plugin,
            view.PluginName,
            answer.PluginVersion,
            view.State,
            view.StateLabel,
            view.Phase,
            view.ReasonCode,
            view.Allowed,
            view.AuthorisationExpiresAt,
            ReviewSchedule.NextReview(answer.State),
            [.. overview.Problems.Select(OpenProblemView.Of)],
            overview.Lag is { } lag ? (long)lag.TotalSeconds : null,
            overview.Today?.AccuracySoFar(overdue: overview.Lag > DeliveryFigures.Target),
            overview.LastError is { } error ? LastCallErrorView.Of(error) : null
        );
    }
}

/// <summary>A finding of a diagnosis without its evidence.</summary>
internal sealed record OpenProblemView(string Code, string Severity, TextView Cause, DateTimeOffset? Since, FixView Fix)
{
    public static OpenProblemView Of(OpenProblem problem) =>
        new(
            problem.Finding.Code,
            problem.Finding.Severity,
            TextView.Of(problem.Finding.Cause),
            problem.Since,
            FixView.Of(problem.Finding.Fix)
        );
}

internal sealed record LastCallErrorView(string ErrorLogId, DateTimeOffset At, string Operation, string Code, int Status)
{
    public static LastCallErrorView Of(CallError error) =>
        new(
            CallIds.Text(error.CallId),
            error.At,
            error.Operation.Value,
            error.Code,
            error.Status == 0 ? ProblemKinds.Of(error.Code).Status : error.Status
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OverviewList))]
internal sealed partial class OverviewJson : JsonSerializerContext
{
    public static OverviewJson Readable => field ??= new(Default.Options.Readable());
}
