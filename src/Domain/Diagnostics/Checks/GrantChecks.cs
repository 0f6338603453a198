using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the plugin is granted what it calls.</summary>
internal static class GrantChecks
{
    private static readonly ImmutableArray<string> ScopeCodes =
    [
        QuotaRefusals.ScopeMissing,
        QuotaRefusals.ScopePending,
        QuotaRefusals.ScopeExpiredCode,
    ];

    // Plugins that run at night call once a day.
    private static readonly TimeSpan Asking = TimeSpan.FromHours(25);

    public static DiagnosisCheck Grants { get; } =
        new(
            "grants",
            EvidenceSources.Installation | EvidenceSources.Plugin | EvidenceSources.Errors | EvidenceSources.Quota,
            EvidenceSources.Installation,
            ObserveGrants
        );

    public static DiagnosisCheck Region { get; } =
        new("region", EvidenceSources.Errors | EvidenceSources.Quota, EvidenceSources.None, ObserveRegion);

    private static Observation ObserveGrants(DiagnosisEvidence evidence)
    {
        var state = evidence.Installation!;
        var inForce = state
            .GrantsAt(evidence.Now)
            .Intersect(evidence.CertifiedScopes, StringComparer.Ordinal)
            .ToHashSet(StringComparer.Ordinal);
        var pending = evidence.Plugin is { } plugin ? state.PendingScopes(plugin) : [];

        // A refusal counts as long as the same call would be refused again.
        var refused = evidence
            .Errors.Where(error =>
                ScopeCodes.Contains(error.Code) && error.Scope is { } need && !ScopeNeed.Parse(need).Scopes.Any(inForce.Contains)
            )
            .ToArray();
        ImmutableArray<string> asked = Scopes(evidence, refused.Where(error => error.At > evidence.Now - Asking));
        var expired = state
            .SensitiveUntil.Where(scope => scope.Value <= evidence.Now && !inForce.Contains(scope.Key))
            .Select(scope => scope.Key)
            .ToImmutableArray();
        var facts = Of(
            ("granted", string.Join(' ', inForce.Order(StringComparer.Ordinal))),
            ("pending", pending.IsEmpty ? null : string.Join(' ', pending)),
            ("expired", expired.IsEmpty ? null : string.Join(' ', expired)),
            ("refused_operation", refused.FirstOrDefault()?.Operation),
            ("refused_at", Text(refused.FirstOrDefault()?.At)),
            ("missing", refused.Length == 0 ? null : string.Join(' ', Scopes(evidence, refused)))
        );

        // Without a consent no scope can be missing from it: the missing consent is the cause.
        return state.Consent is null || evidence.Now >= state.Consent.ExpiresAt
            ? Observation.Fine(facts)
            : Observation.Of(
                facts,
                [
                    Expired(evidence, expired, facts),
                    Pending(evidence, pending, asked, facts),
                    .. Missing(evidence, [.. Scopes(evidence, refused).Except(expired).Except(pending)], asked, facts),
                ]
            );
    }

    private static Finding? Expired(
        DiagnosisEvidence evidence,
        ImmutableArray<string> scopes,
        ImmutableSortedDictionary<string, string> facts
    ) =>
        scopes.IsEmpty
            ? null
            : new Finding(
                QuotaRefusals.ScopeExpiredCode,
                FindingForce.StopsSome,
                CauseTexts.ScopesExpired(scopes),
                facts,
                Fixes.Grant(evidence, scopes)
            );

    /// <summary>A scope pending the seller's decision stops nothing until the plugin needs it.</summary>
    private static Finding? Pending(
        DiagnosisEvidence evidence,
        ImmutableArray<string> scopes,
        ImmutableArray<string> asked,
        ImmutableSortedDictionary<string, string> facts
    ) =>
        scopes.IsEmpty
            ? null
            : new Finding(
                QuotaRefusals.ScopePending,
                scopes.Intersect(asked).Any() ? FindingForce.StopsSome : FindingForce.Threatens,
                CauseTexts.ScopesPending(scopes),
                facts,
                Fixes.Grant(evidence, scopes)
            );

    /// <summary>Scopes the seller can grant and scopes the plugin is not certified for are two causes.</summary>
    private static IEnumerable<Finding> Missing(
        DiagnosisEvidence evidence,
        ImmutableArray<string> missing,
        ImmutableArray<string> asked,
        ImmutableSortedDictionary<string, string> facts
    )
    {
        var (grantable, grantableForce) = Asked([.. missing.Intersect(evidence.CertifiedScopes)], asked);
        var (uncertified, uncertifiedForce) = Asked([.. missing.Except(evidence.CertifiedScopes)], asked);
        if (!grantable.IsEmpty)
        {
            yield return new Finding(
                QuotaRefusals.ScopeMissing,
                grantableForce,
                CauseTexts.ScopesMissing(grantable),
                facts,
                Fixes.Grant(evidence, grantable)
            );
        }

        if (!uncertified.IsEmpty)
        {
            yield return new Finding(
                InstallationRefusals.ScopeNotCertifiedCode,
                uncertifiedForce,
                CauseTexts.ScopesNotCertified(uncertified),
                facts,
                Fixes.By(Fixes.Developer, FixTexts.CertifyScopes)
            )
            {
                ExplainedCodes = [QuotaRefusals.ScopeMissing],
            };
        }
    }

    /// <summary>The pending scopes; without any, those requested earlier, which stop nothing: a declined scope is no fault.</summary>
    private static (ImmutableArray<string> Scopes, FindingForce Force) Asked(
        ImmutableArray<string> missing,
        ImmutableArray<string> asked
    ) =>
        missing.Intersect(asked).ToImmutableArray() is { IsEmpty: false } now
            ? (now, FindingForce.StopsSome)
            : (missing, FindingForce.Advises);

    private static Observation ObserveRegion(DiagnosisEvidence evidence)
    {
        var refused = evidence.Recent.FirstOrDefault(error => error.Code == QuotaRefusals.RegionMismatch);
        var facts = Of(
            ("home_region", evidence.Plugin?.Region.Value),
            ("refused_operation", refused?.Operation),
            ("refused_at", Text(refused?.At))
        );
        return Observation.Of(
            facts,
            refused is null
                ? null
                : new Finding(
                    QuotaRefusals.RegionMismatch,
                    FindingForce.StopsSome,
                    CauseTexts.RegionMismatch,
                    facts,
                    Fixes.By(Fixes.Developer, FixTexts.CallOwnRegion)
                )
        );
    }

    private static ImmutableArray<string> Scopes(DiagnosisEvidence evidence, IEnumerable<ErrorEntry> refused) =>
        [
            .. refused
                .SelectMany(error => Wanted(evidence, ScopeNeed.Parse(error.Scope!)))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Where one of several scopes is enough, those that can be granted; the seller decides how many.</summary>
    private static ImmutableArray<string> Wanted(DiagnosisEvidence evidence, ScopeNeed need) =>
        need.OnlyScope is null
        && need.Scopes.Intersect(evidence.CertifiedScopes, StringComparer.Ordinal).ToImmutableArray() is { IsEmpty: false } certified
            ? certified
            : need.Scopes;
}
