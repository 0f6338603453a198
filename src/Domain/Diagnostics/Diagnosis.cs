using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sync;

namespace Marketplace.Diagnostics;

/// <summary>What is known of an installation when it is diagnosed; all of it from memory.</summary>
/// <param name="Installation">Its state.</param>
/// <param name="Quota">The counters; null if they cannot be loaded now.</param>
/// <param name="TokenId">Id of the token last used; null if none was used since the counter was loaded.</param>
/// <param name="TokenExpiresAt">Its end.</param>
/// <param name="LastErrors">The last refusals and failures, newest first.</param>
/// <param name="LedgerAccepting">False while the platform takes no calls.</param>
/// <param name="Feed">The seller's feed, with the orders outside the sync window counted; null if it cannot be loaded now.</param>
/// <param name="Now">The instant of the diagnosis.</param>
public sealed record DiagnosisEvidence(
    Installation Installation,
    QuotaView? Quota,
    string? TokenId,
    DateTimeOffset? TokenExpiresAt,
    IReadOnlyList<CallError> LastErrors,
    bool LedgerAccepting,
    FeedHealth? Feed,
    DateTimeOffset Now);

/// <summary>One cause that was found: code, cause in both languages, evidence, and who does what about it (R58).</summary>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.finding")]
public sealed record Finding(
    [property: Id(0)] string Code,
    [property: Id(1)] string Severity,
    [property: Id(2)] string CauseZh,
    [property: Id(3)] string CauseEn,
    [property: Id(4)] ImmutableSortedDictionary<string, string> Evidence,
    [property: Id(5)] string FixBy,
    [property: Id(6)] string FixAction);

/// <summary>One thing that was looked at, also where nothing was found.</summary>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.check")]
public sealed record Check(
    [property: Id(0)] string Name, [property: Id(1)] bool Ok, [property: Id(2)] ImmutableSortedDictionary<string, string> Evidence);

/// <summary>The result: findings by likelihood, all checks, and the last errors by their error-log id (R57–R61).</summary>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.diagnosis")]
public sealed record Diagnosis(
    [property: Id(0)] SellerState State,
    [property: Id(1)] DateTimeOffset CheckedAt,
    [property: Id(2)] ImmutableArray<Finding> Findings,
    [property: Id(3)] ImmutableArray<Check> Checks,
    [property: Id(4)] ImmutableArray<CallError> LastErrors)
{
    /// <summary>Looks at everything; never counted and never billed.</summary>
    public static Diagnosis Of(DiagnosisEvidence evidence)
    {
        var results = DiagnosisChecks.InOrderOfLikelihood.Select(check => check(evidence)).ToImmutableArray();
        return new Diagnosis(
            evidence.Installation.StateAt(evidence.Now),
            evidence.Now,
            [.. results.Select(result => result.Finding).OfType<Finding>()],
            [.. results.Select(result => result.Check)],
            [.. evidence.LastErrors]);
    }
}
