using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Risk;

namespace Marketplace.Api.SellerApi.Risk;

internal sealed record DecisionRequest(string? Reason);

internal sealed record RulesRequest(ImmutableArray<RiskRule>? Rules);

internal sealed record DryRunRequest(string? Installation, ImmutableArray<RiskRule>? Rules, int? Days);

internal sealed record RulesView(long Version, ImmutableArray<RiskRule> Rules);

internal sealed record HoldList(decimal Score, IReadOnlyList<HoldView> Holds)
{
    public static HoldList Of(RiskReport report) => new(report.Score, [.. report.Holds.Select(hold => HoldView.Of(hold, report.AsOf))]);
}

/// <summary>A hold as a seller sees it.</summary>
internal sealed record HoldView(
    string Id,
    string Rule,
    string Operation,
    ImmutableArray<string> Fields,
    BilingualText Detail,
    IReadOnlyDictionary<string, string> Evidence,
    decimal Score,
    string State,
    DateTimeOffset RaisedAt,
    DateTimeOffset? DecidedAt,
    string? DecidedBy,
    string? Reason,
    DateTimeOffset? ClearedUntil,
    string Call
)
{
    /// <param name="hold">The hold.</param>
    /// <param name="now">The instant of its score; an instant before it was raised gives the score at its decision.</param>
    public static HoldView Of(RiskHold hold, DateTimeOffset now) =>
        new(
            hold.Id,
            hold.Finding.Rule.Id,
            hold.Finding.Operation.Value,
            hold.Finding.Fields,
            RiskTexts.Of(hold.Finding),
            hold.Finding.Evidence,
            Math.Round(hold.ScoreAt(now < hold.RaisedAt ? hold.DecidedAt ?? hold.RaisedAt : now), 1, MidpointRounding.AwayFromZero),
            RiskRefusals.Name(hold.State),
            hold.RaisedAt,
            hold.DecidedAt,
            hold.DecidedBy.ValueOrNull,
            hold.Reason,
            hold.ClearedUntil,
            CallIds.Text(hold.Call)
        );
}

/// <summary>What rules would have done.</summary>
internal sealed record DryRunView(
    string Installation,
    DateOnly From,
    DateOnly To,
    long Calls,
    long Writes,
    IReadOnlyList<DryRunHoldView> Held,
    IReadOnlyList<DryRunGapView> NotJudged
)
{
    public static DryRunView Of(RiskDryRun run) =>
        new(
            run.Installation.ToString(),
            run.From,
            run.To,
            run.Calls,
            run.Writes,
            [
                .. run.Held.Select(held => new DryRunHoldView(
                    held.Rule,
                    held.Operation.Value,
                    held.FirstAt,
                    CallIds.Text(held.FirstCall),
                    held.Calls
                )),
            ],
            [.. run.NotJudged.Select(gap => new DryRunGapView(gap.Rule, gap.Calls, RiskTexts.FieldsNotRecorded))]
        );
}

internal sealed record DryRunHoldView(string Rule, string Operation, DateTimeOffset FirstAt, string FirstCall, long Calls);

internal sealed record DryRunGapView(string Rule, long Calls, BilingualText Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(RulesRequest))]
[JsonSerializable(typeof(DryRunRequest))]
[JsonSerializable(typeof(RulesView))]
[JsonSerializable(typeof(HoldList))]
[JsonSerializable(typeof(HoldView))]
[JsonSerializable(typeof(DryRunView))]
internal sealed partial class RiskApiJson : JsonSerializerContext
{
    public static RiskApiJson Readable => field ??= new(Default.Options.Readable());
}
