using System.Collections.Immutable;
using Marketplace.Installations;

namespace Marketplace.Diagnostics;

/// <summary>The result: findings by likelihood, all checks, and the last errors by their error-log id (R57–R61).</summary>
/// <param name="Id">Identifies the session; outcomes are reported by it (R60).</param>
/// <param name="State">The installation's state as the seller sees it; null if unreadable now.</param>
/// <param name="CheckedAt">When the diagnosis began.</param>
/// <param name="Findings">Likeliest first: <see cref="Likelihood"/>.</param>
/// <param name="Checks">All checks, in the order of the call path.</param>
/// <param name="LastErrors">Newest first, at most <see cref="MaxErrors"/>.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.diagnosis")]
public sealed record Diagnosis(
    [property: Id(0)] string Id,
    [property: Id(1)] SellerState? State,
    [property: Id(2)] DateTimeOffset CheckedAt,
    [property: Id(3)] ImmutableArray<Finding> Findings,
    [property: Id(4)] ImmutableArray<Check> Checks,
    [property: Id(5)] ImmutableArray<ErrorEntry> LastErrors
)
{
    /// <summary>Maximum errors in a diagnosis.</summary>
    public const int MaxErrors = 32;

    /// <summary>Combines the results of all checks; never counted and never billed (R57).</summary>
    public static Diagnosis Of(string id, DiagnosisEvidence evidence, IEnumerable<CheckResult> results)
    {
        var byName = results.ToDictionary(result => result.Check.Name, StringComparer.Ordinal);
        var inOrder = DiagnosisChecks
            .All.Select(check => byName.GetValueOrDefault(check.Name) ?? CheckResult.Unknown(check.Name))
            .ToArray();
        var findings = Likelihood.Order(inOrder.SelectMany(result => result.Findings), evidence.Errors);
        return new Diagnosis(
            id,
            evidence.Installation?.StateAt(evidence.Now),
            evidence.Now,
            [.. findings.Select(finding => finding with { AffectedOrders = AffectedBy(finding, evidence) })],
            [.. inOrder.Select(result => result.Check)],
            [.. evidence.Errors.Take(MaxErrors)]
        );
    }

    // Add the orders of the check's failed calls to those the check itself knows.
    private static ImmutableArray<string> AffectedBy(Finding finding, DiagnosisEvidence evidence) =>
        [
            .. finding
                .AffectedOrders.Concat(
                    evidence.Errors.Where(error => finding.Explains(error) && error.Order is not null).Select(error => error.Order!)
                )
                .Distinct(StringComparer.Ordinal)
                .Take(Finding.MaxOrders),
        ];
}

/// <summary>One step of a running diagnosis: an evaluated check, or finally the result.</summary>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.step")]
public sealed record DiagnosisStep([property: Id(0)] Check? Check, [property: Id(1)] Diagnosis? Result);

/// <summary>One check of the diagnosis, also without a finding.</summary>
/// <param name="Name">Stable kebab-case name.</param>
/// <param name="State">Its result.</param>
/// <param name="Evidence">The facts it was judged by.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.check")]
public sealed record Check(
    [property: Id(0)] string Name,
    [property: Id(1)] CheckState State,
    [property: Id(2)] ImmutableSortedDictionary<string, string> Evidence
);

/// <summary>The result of a check.</summary>
public enum CheckState
{
    /// <summary>Nothing is wrong.</summary>
    Ok,

    /// <summary>There is a finding.</summary>
    Found,

    /// <summary>Its sources did not answer in time.</summary>
    Unknown,
}

/// <summary>A check with its findings.</summary>
public sealed record CheckResult(Check Check, ImmutableArray<Finding> Findings)
{
    public static CheckResult Unknown(string name) =>
        new(new Check(name, CheckState.Unknown, ImmutableSortedDictionary<string, string>.Empty), []);
}
