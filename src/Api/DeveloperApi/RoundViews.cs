using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Catalogue;
using Marketplace.Rounds;

namespace Marketplace.Api.DeveloperApi;

/// <param name="Seed">Where the traffic follows from; a whole number from 0 to 2^53 - 1. Drawn if it is left out.</param>
/// <param name="Justified">By declared scope, why a round does not use it; 1–500 characters each.</param>
internal sealed record RoundRequest(long? Seed = null, Dictionary<string, string>? Justified = null);

/// <summary>A page of a version's rounds.</summary>
internal sealed record RoundList(IReadOnlyList<RoundItem> Items, string? NextCursor, bool HasMore);

/// <summary>A round without its result.</summary>
/// <param name="Id">Its number among the version's, from 1.</param>
/// <param name="State">running, passed, failed or interrupted.</param>
/// <param name="Seed">Where its traffic follows from.</param>
/// <param name="Policy">The version of the rules under which it ran.</param>
/// <param name="Installation">The installation for which the plugin can call while the round runs.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record RoundItem(
    string Id,
    string State,
    long Seed,
    string Policy,
    string Installation,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt
)
{
    public static RoundItem Of(PluginId plugin, Round round) =>
        new(
            round.Id.Number.ToString(CultureInfo.InvariantCulture),
            StateOf(round),
            round.Seed,
            round.Policy.Version,
            round.Id.Installation(plugin).ToString(),
            round.StartedAt,
            round.End?.At
        );

    public static string StateOf(Round round) =>
        round.End?.Outcome switch
        {
            null => "running",
            RoundOutcome.Passed => "passed",
            RoundOutcome.Failed => "failed",
            RoundOutcome.Interrupted => "interrupted",
            _ => throw new ArgumentOutOfRangeException(nameof(round)),
        };
}

/// <summary>A round with all that it measured.</summary>
/// <param name="Id">As in the list, with the members up to <paramref name="EndedAt"/>.</param>
/// <param name="State">running, passed, failed or interrupted.</param>
/// <param name="Seed">Where its traffic follows from.</param>
/// <param name="Policy">The version of the rules under which it ran.</param>
/// <param name="Installation">The installation for which the plugin can call while the round runs.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Sent">Requests sent by the last recorded progress.</param>
/// <param name="Requests">All requests that the round sends.</param>
/// <param name="Limits">The published limits.</param>
/// <param name="Justified">The developer's reasons for scopes that the round does not use.</param>
/// <param name="Result">What was measured; null while it runs, or if it was interrupted.</param>
/// <param name="Reason">Why it was interrupted.</param>
internal sealed record RoundView(
    string Id,
    string State,
    long Seed,
    string Policy,
    string Installation,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    int Sent,
    int Requests,
    RoundLimits Limits,
    IReadOnlyDictionary<string, string> Justified,
    RoundResultView? Result,
    string? Reason
)
{
    public static RoundView Of(PluginId plugin, Round round)
    {
        var item = RoundItem.Of(plugin, round);
        return new RoundView(
            item.Id,
            item.State,
            item.Seed,
            item.Policy,
            item.Installation,
            item.StartedAt,
            item.EndedAt,
            round.Sent,
            round.Requests,
            round.Policy.Limits,
            round.Justified,
            round.End?.Result is { } result ? RoundResultView.Of(result) : null,
            round.End?.Reason
        );
    }
}

/// <summary>What a round measured.</summary>
/// <param name="Load">The traffic that it sent.</param>
/// <param name="Latency">How long the plugin's answers took.</param>
/// <param name="ErrorPercent">Percent of requests that were not accepted.</param>
/// <param name="Calls">The plugin's successful counted calls by operation.</param>
/// <param name="ScopesExercised">Declared scopes that were used.</param>
/// <param name="ScopesUnused">The others.</param>
/// <param name="Breaches">Limits that were not kept.</param>
/// <param name="Findings">What it says against the version.</param>
internal sealed record RoundResultView(
    LoadProfile Load,
    LatencyFigures? Latency,
    decimal ErrorPercent,
    IReadOnlyDictionary<string, long> Calls,
    IReadOnlyList<string> ScopesExercised,
    IReadOnlyList<string> ScopesUnused,
    IReadOnlyList<LimitBreach> Breaches,
    IReadOnlyList<RoundFindingView> Findings
)
{
    public static RoundResultView Of(RoundResult result) =>
        new(
            result.Load,
            result.Latency,
            result.ErrorPercent,
            result.Calls,
            result.ScopesExercised,
            result.ScopesUnused,
            result.Breaches,
            [.. result.Findings.Select(RoundFindingView.Of)]
        );
}

/// <param name="Rule">scope-unused or canary-seen.</param>
/// <param name="Severity">note, review or blocking.</param>
/// <param name="Subject">The scope, or where the canary was.</param>
/// <param name="Evidence">What was observed, or the developer's reason.</param>
internal sealed record RoundFindingView(string Rule, string Severity, string Subject, string Evidence)
{
    public static RoundFindingView Of(RoundFinding finding) =>
        new(finding.Rule, TextOf(finding.Severity), finding.Subject, finding.Evidence);

    private static string TextOf(FindingSeverity severity) =>
        severity switch
        {
            FindingSeverity.Note => "note",
            FindingSeverity.Review => "review",
            FindingSeverity.Blocking => "blocking",
            _ => throw new ArgumentOutOfRangeException(nameof(severity)),
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(RoundRequest))]
[JsonSerializable(typeof(RoundList))]
[JsonSerializable(typeof(RoundView))]
internal sealed partial class RoundApiJson : JsonSerializerContext
{
    public static RoundApiJson Readable => field ??= new(Default.Options.Readable());
}
