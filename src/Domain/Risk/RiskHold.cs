using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>The state of a hold.</summary>
public enum HoldState
{
    /// <summary>Undecided: the operation is blocked.</summary>
    Open,

    /// <summary>Confirmed by the seller: the operation passes until the clearance ends.</summary>
    Confirmed,

    /// <summary>Rejected by the seller: the operation stays blocked.</summary>
    Rejected,

    /// <summary>The decision was reversed: the rules judge the next call from scratch.</summary>
    Reversed,
}

/// <summary>A rule's match on a call.</summary>
/// <param name="Rule">The rule at that time.</param>
/// <param name="Operation">The called operation.</param>
/// <param name="Fields">For outside-purpose: the paths not covered by the purpose, sorted, at most 32; empty otherwise.</param>
/// <param name="Evidence">The figures behind it, by name.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.finding")]
public sealed record RiskFinding(
    [property: Id(0)] RiskRule Rule,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] ImmutableArray<string> Fields,
    [property: Id(3)] ImmutableSortedDictionary<string, string> Evidence
);

/// <summary>A write held for the seller's confirmation (R70).</summary>
/// <param name="Id">Unique within the installation.</param>
/// <param name="Finding">The match: rule and operation.</param>
/// <param name="Call">The first held call; its error-log id.</param>
/// <param name="RaisedAt">When.</param>
/// <param name="ScoreThen">The installation's score with this hold, when it was raised.</param>
/// <param name="State">Open until the seller decides.</param>
/// <param name="DecidedAt">When the last decision was made; null while open.</param>
/// <param name="DecidedBy">The decider; none while open.</param>
/// <param name="Reason">The decider's reason.</param>
/// <param name="ClearedUntil">Confirmed: the end of the clearance.</param>
/// <param name="Factor">
/// The share of the rule's weight that counts: 1 open, 0 confirmed, 2 rejected; reversed 1 after a confirmation and 0 after a rejection.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.risk.hold")]
public sealed record RiskHold(
    [property: Id(0)] string Id,
    [property: Id(1)] RiskFinding Finding,
    [property: Id(2)] UInt128 Call,
    [property: Id(3)] DateTimeOffset RaisedAt,
    [property: Id(4)] decimal ScoreThen,
    [property: Id(5)] HoldState State,
    [property: Id(6)] DateTimeOffset? DecidedAt,
    [property: Id(7)] ActorId DecidedBy,
    [property: Id(8)] string? Reason,
    [property: Id(9)] DateTimeOffset? ClearedUntil,
    [property: Id(10)] decimal Factor
)
{
    /// <summary>True while it blocks the operation.</summary>
    public bool Shuts => State is HoldState.Open or HoldState.Rejected;

    /// <summary>Its contribution to the installation's score: the rule's weight, halved with every half-life.</summary>
    public decimal ScoreAt(DateTimeOffset now)
    {
        var age = Math.Max(0, (now - RaisedAt).TotalDays);
        return Factor * Finding.Rule.Weight * (decimal)Math.Pow(0.5, age / Finding.Rule.HalfLifeDays);
    }

    /// <summary>True if the seller's confirmation covers the finding: same rule and operation, and all its fields were confirmed.</summary>
    public bool Clears(RiskFinding finding, DateTimeOffset now) =>
        State == HoldState.Confirmed && now < ClearedUntil && IsOf(finding) && finding.Fields.All(field => Finding.Fields.Contains(field));

    /// <summary>
    /// True if the hold lists everything in the finding, so that the seller knows what the decision covers. A rejection stands whatever
    /// else is attempted, and a full list covers the rest with <see cref="PurposeFields.More"/>.
    /// </summary>
    public bool Names(RiskFinding finding) =>
        State == HoldState.Rejected
        || Finding.Fields.Contains(PurposeFields.More)
        || finding.Fields.All(field => Finding.Fields.Contains(field));

    /// <summary>True if rule and operation match.</summary>
    public bool IsOf(RiskFinding finding) => Finding.Rule.Id == finding.Rule.Id && Finding.Operation == finding.Operation;
}
