using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Catalogue;
using Marketplace.Diagnostics;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Diagnostics;

internal sealed record OutcomeRequest([property: JsonRequired] bool Located, string? Cause, bool? Fixed);

internal sealed record IncidentRequest(
    TextView? Title,
    ImmutableArray<string>? Operations,
    ImmutableArray<string>? Plugins,
    ImmutableArray<string>? Sellers
);

internal sealed record TextView(string Zh, string En)
{
    public static TextView Of(BilingualText text) => new(text.Zh, text.En);
}

internal sealed record DiagnosisView(
    string Id,
    string Installation,
    string? State,
    DateTimeOffset CheckedAt,
    IReadOnlyList<FindingView> Findings,
    IReadOnlyList<CheckView> Checks,
    IReadOnlyList<LastErrorView> LastErrors
)
{
    public static DiagnosisView Of(InstallationId id, Diagnosis diagnosis) =>
        new(
            diagnosis.Id,
            id.ToString(),
            diagnosis.State is { } state ? InstallationView.StateOf(state) : null,
            diagnosis.CheckedAt,
            [.. diagnosis.Findings.Select(FindingView.Of)],
            [.. diagnosis.Checks.Select(CheckView.Of)],
            [.. diagnosis.LastErrors.Select(LastErrorView.Of)]
        );
}

internal sealed record FindingView(
    string Code,
    string Severity,
    TextView Cause,
    ImmutableSortedDictionary<string, string> Evidence,
    ImmutableArray<string> AffectedOrders,
    FixView Fix
)
{
    public static FindingView Of(Finding finding) =>
        new(finding.Code, finding.Severity, TextView.Of(finding.Cause), finding.Evidence, finding.AffectedOrders, FixView.Of(finding.Fix));
}

internal sealed record FixView(string By, TextView Action, string? Method, string? Href, JsonElement? Body)
{
    public static FixView Of(Fix fix) =>
        new(fix.By, TextView.Of(fix.Action), fix.Method, fix.Href, fix.Body is null ? null : JsonElement.Parse(fix.Body));
}

internal sealed record CheckView(string Check, bool Ok, string State, ImmutableSortedDictionary<string, string> Evidence)
{
    public static CheckView Of(Check check) =>
        new(
            check.Name,
            check.State == CheckState.Ok,
            check.State switch
            {
                CheckState.Ok => "ok",
                CheckState.Found => "found",
                _ => "unknown",
            },
            check.Evidence
        );
}

internal sealed record LastErrorView(string ErrorLogId, DateTimeOffset At, string Operation, string Code, int Status)
{
    public static LastErrorView Of(ErrorEntry error) =>
        new(CallIds.Text(error.CallId), error.At, error.Operation, error.Code, ErrorView.StatusOf(error));
}

/// <summary>An error log as one of its readers sees it; what a reader may not see is left out.</summary>
internal sealed record ErrorView(
    string ErrorLogId,
    DateTimeOffset At,
    string Operation,
    string Code,
    string? Rule,
    int Status,
    TextView Cause,
    string? Reason,
    string? Scope,
    string? Order,
    string? Counter,
    decimal? Limit,
    decimal? Used,
    [property: JsonPropertyName("resetsAt")] DateTimeOffset? ResetsAt,
    double? DurationMs,
    string? Upstream,
    string? TokenId,
    string? Address,
    ProblemFix? Fix,
    SupportContact? Support
)
{
    /// <param name="reader">The reader.</param>
    /// <param name="error">The stored error.</param>
    /// <param name="support">The seller's contact (R61): the plugin's own support.</param>
    public static ErrorView Of(ErrorReader reader, ErrorEntry error, SupportContact? support)
    {
        var seen = ErrorRedaction.For(reader, error);
        return new ErrorView(
            CallIds.Text(seen.CallId),
            seen.At,
            seen.Operation,
            seen.Code,
            seen.Rule,
            StatusOf(seen),
            TextView.Of(ErrorTexts.Of(seen.Code)),
            seen.Reason,
            seen.Scope,
            seen.Order,
            seen.Counter,
            seen.Limit,
            seen.Used,
            seen.ResetsAt,
            seen.Duration?.TotalMilliseconds,
            seen.Upstream,
            seen.TokenId,
            seen.Address,
            seen.FixBy is null ? null : new ProblemFix(seen.FixBy, seen.FixAction ?? string.Empty),
            support
        );
    }

    /// <summary>The counter's refusals have the status of their code.</summary>
    public static int StatusOf(ErrorEntry error) => error.Status == 0 ? ProblemKinds.Of(error.Code).Status : error.Status;
}

internal sealed record OutcomeView(string Id, bool Located, string? Cause, bool? Fixed);

/// <summary>How well diagnoses locate causes (R60).</summary>
internal sealed record OutcomesView(
    long Sessions,
    long WithOutcome,
    long Located,
    long Fixed,
    double? ShareLocated,
    double? ShareLocatedWithinFiveMinutes,
    double? MedianSecondsToLocate,
    ImmutableSortedDictionary<string, long> Causes
)
{
    public static OutcomesView Of(OutcomeFigures figures) =>
        new(
            figures.Sessions,
            figures.WithOutcome,
            figures.Located,
            figures.Fixed,
            figures.ShareLocated,
            figures.WithOutcome == 0 ? null : (double)figures.WithinFiveMinutes / figures.WithOutcome,
            figures.MedianSecondsToLocate,
            figures.Causes
        );
}

internal sealed record IncidentList(IReadOnlyList<IncidentView> Incidents);

internal sealed record IncidentView(
    string Id,
    TextView Title,
    ImmutableArray<string> Operations,
    ImmutableArray<string> Plugins,
    ImmutableArray<string> Sellers,
    string State,
    DateTimeOffset OpenedAt,
    string OpenedBy,
    DateTimeOffset? ResolvedAt,
    string? ResolvedBy
)
{
    public static IncidentView Of(Incident incident) =>
        new(
            incident.Id,
            TextView.Of(incident.Title),
            incident.Reach.Operations,
            incident.Reach.Plugins,
            incident.Reach.Sellers,
            incident.IsOpen ? "open" : "resolved",
            incident.OpenedAt,
            incident.OpenedBy.Value,
            incident.ResolvedAt,
            incident.ResolvedBy.ValueOrNull
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DiagnosisView))]
[JsonSerializable(typeof(CheckView))]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(OutcomeView))]
[JsonSerializable(typeof(OutcomesView))]
[JsonSerializable(typeof(IncidentView))]
[JsonSerializable(typeof(IncidentList))]
[JsonSerializable(typeof(SellerIncidentList))]
[JsonSerializable(typeof(PastDiagnosisList))]
[JsonSerializable(typeof(ErrorList))]
internal sealed partial class DiagnosisJson : JsonSerializerContext
{
    public static DiagnosisJson Readable => field ??= new(Default.Options.Readable());
}

// Refuse unknown and duplicate members instead of applying half of a command.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(OutcomeRequest))]
[JsonSerializable(typeof(IncidentRequest))]
internal sealed partial class DiagnosisInputJson : JsonSerializerContext;
