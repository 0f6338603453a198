using System.Collections.Immutable;

namespace Marketplace.Risk;

/// <summary>Where a hold stands.</summary>
public enum HoldState
{
    /// <summary>The seller has not decided: the operation is shut.</summary>
    Open,

    /// <summary>The seller wants it: the operation passes until the clearance ends.</summary>
    Confirmed,

    /// <summary>The seller does not want it: the operation stays shut.</summary>
    Rejected,

    /// <summary>The decision was taken back: the rules judge the next call afresh.</summary>
    Reversed,
}

/// <summary>What a rule found in a call.</summary>
/// <param name="Rule">The rule as it stood.</param>
/// <param name="Operation">What was called.</param>
/// <param name="Fields">Outside purpose: the paths that the purpose does not name, sorted, 32 at most; empty otherwise.</param>
/// <param name="Evidence">The figures behind it, by name.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.finding")]
public sealed record RiskFinding(
    [property: Id(0)] RiskRule Rule,
    [property: Id(1)] string Operation,
    [property: Id(2)] ImmutableArray<string> Fields,
    [property: Id(3)] ImmutableSortedDictionary<string, string> Evidence
);

/// <summary>A write that was held for the seller's confirmation (R70).</summary>
/// <param name="Id">Unique within the installation.</param>
/// <param name="Finding">What was found, by which rule, in which operation.</param>
/// <param name="Call">The first call that was held; its error-log id.</param>
/// <param name="RaisedAt">When.</param>
/// <param name="ScoreThen">The installation's score with this hold, when it was raised.</param>
/// <param name="State">Open until the seller decides.</param>
/// <param name="DecidedAt">When the last decision was made; null while open.</param>
/// <param name="DecidedBy">Who made it.</param>
/// <param name="Reason">What was said with it.</param>
/// <param name="ClearedUntil">Confirmed: the end of the clearance.</param>
/// <param name="Factor">How much of the rule's weight counts: 1 open, 0 confirmed, 2 rejected; reversed 1 after a confirmation and 0 after
/// a rejection.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.hold")]
public sealed record RiskHold(
    [property: Id(0)] string Id,
    [property: Id(1)] RiskFinding Finding,
    [property: Id(2)] UInt128 Call,
    [property: Id(3)] DateTimeOffset RaisedAt,
    [property: Id(4)] decimal ScoreThen,
    [property: Id(5)] HoldState State,
    [property: Id(6)] DateTimeOffset? DecidedAt,
    [property: Id(7)] string? DecidedBy,
    [property: Id(8)] string? Reason,
    [property: Id(9)] DateTimeOffset? ClearedUntil,
    [property: Id(10)] decimal Factor
)
{
    /// <summary>True while the operation is shut by it.</summary>
    public bool Shuts => State is HoldState.Open or HoldState.Rejected;

    /// <summary>What it adds to the installation's score: the rule's weight, halved with every half-life.</summary>
    public decimal ScoreAt(DateTimeOffset now)
    {
        var age = Math.Max(0, (now - RaisedAt).TotalDays);
        return Factor * Finding.Rule.Weight * (decimal)Math.Pow(0.5, age / Finding.Rule.HalfLifeDays);
    }

    /// <summary>True if the seller's confirmation lets a finding of this rule and operation pass: all its fields were confirmed.</summary>
    public bool Clears(RiskFinding finding, DateTimeOffset now) =>
        State == HoldState.Confirmed && now < ClearedUntil && IsOf(finding) && finding.Fields.All(field => Finding.Fields.Contains(field));

    /// <summary>
    /// True if the hold names all that a finding names, so that who decides it knows what it decides. A rejection stays one whatever else
    /// is tried, and a list that is full names the rest by <see cref="PurposeFields.More"/>.
    /// </summary>
    public bool Names(RiskFinding finding) =>
        State == HoldState.Rejected
        || Finding.Fields.Contains(PurposeFields.More)
        || finding.Fields.All(field => Finding.Fields.Contains(field));

    /// <summary>True if both are of one rule and one operation.</summary>
    public bool IsOf(RiskFinding finding) => Finding.Rule.Id == finding.Rule.Id && Finding.Operation == finding.Operation;
}
