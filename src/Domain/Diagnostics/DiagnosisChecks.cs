using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Diagnostics.Checks;

namespace Marketplace.Diagnostics;

/// <summary>One check of a diagnosis: a pure function of the evidence.</summary>
/// <param name="Name">Stable name, shown with the result.</param>
/// <param name="Awaits">Sources that must have answered or failed before it runs.</param>
/// <param name="Needs">The sources it cannot do without.</param>
/// <param name="Rule">The check itself.</param>
public sealed record DiagnosisCheck(string Name, EvidenceSources Awaits, EvidenceSources Needs, Func<DiagnosisEvidence, Observation> Rule)
{
    public DiagnosisCheck(string name, EvidenceSources needs, Func<DiagnosisEvidence, Observation> rule)
        : this(name, needs, needs, rule) { }

    /// <summary>Runs the check; unknown if a source it needs did not answer.</summary>
    public CheckResult Run(DiagnosisEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (!evidence.Has(Needs))
        {
            return CheckResult.Unknown(Name);
        }

        var seen = Rule(evidence);
        var state = seen.Findings.IsEmpty ? CheckState.Ok : CheckState.Found;
        return new CheckResult(new Check(Name, state, seen.Evidence), seen.Findings);
    }
}

/// <summary>The result of evaluating a check.</summary>
public readonly record struct Observation(ImmutableSortedDictionary<string, string> Evidence, ImmutableArray<Finding> Findings)
{
    public static Observation Fine(ImmutableSortedDictionary<string, string> evidence) => new(evidence, []);

    public static Observation Of(ImmutableSortedDictionary<string, string> evidence, params IEnumerable<Finding?> findings) =>
        new(evidence, [.. findings.OfType<Finding>()]);
}

/// <summary>All checks, in the order in which a call is judged: whatever stops everything comes first.</summary>
public static class DiagnosisChecks
{
    public static ImmutableArray<DiagnosisCheck> All { get; } =
    [
        PlatformChecks.Stores,
        PlatformChecks.Incidents,
        StateChecks.Certification,
        StateChecks.State,
        EntityChecks.Entity,
        TokenChecks.Token,
        GrantChecks.Grants,
        GrantChecks.Region,
        RiskChecks.Holds,
        QuotaChecks.Errors,
        QuotaChecks.Daily,
        QuotaChecks.Spend,
        QuotaChecks.Burst,
        CallChecks.Upstreams,
        CallChecks.Idempotency,
        CallChecks.Requests,
        CallChecks.Failures,
        SyncChecks.Window,
        SyncChecks.Feed,
        DeliveryChecks.Endpoint,
        DeliveryChecks.Deliveries,
        SchemaChecks.Schema,
        EntityChecks.SubAccounts,
        TokenChecks.Activity,
    ];
}

/// <summary>Formats evidence: instants as ISO 8601, numbers invariant.</summary>
internal static class Facts
{
    /// <summary>Keeps the known values.</summary>
    public static ImmutableSortedDictionary<string, string> Of(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var known = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in facts)
        {
            if (value is not null)
            {
                known[name] = value;
            }
        }

        return known.ToImmutable();
    }

    public static string? Text(DateTimeOffset? instant) => instant?.ToString("O", CultureInfo.InvariantCulture);

    public static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);
}
