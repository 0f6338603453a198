using System.Collections.Immutable;
using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the plugin calls at all, and with a valid token.</summary>
internal static class TokenChecks
{
    /// <summary>How long a plugin may be silent before it is reported.</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromHours(24);

    /// <summary>How long a plugin has for its first call.</summary>
    public static readonly TimeSpan FirstCallWithin = TimeSpan.FromMinutes(30);

    private static readonly ImmutableArray<string> TokenCodes = [QuotaRefusals.TokenRevoked, FindingCodes.TokenExpired];

    public static DiagnosisCheck Token { get; } =
        new(
            "token",
            EvidenceSources.Quota | EvidenceSources.Installation | EvidenceSources.Errors,
            EvidenceSources.Quota | EvidenceSources.Installation,
            ObserveToken
        );

    public static DiagnosisCheck Activity { get; } =
        new(
            "activity",
            EvidenceSources.Quota | EvidenceSources.Installation | EvidenceSources.Errors,
            EvidenceSources.Quota | EvidenceSources.Installation,
            ObserveActivity
        );

    private static Observation ObserveToken(DiagnosisEvidence evidence)
    {
        var quota = evidence.Quota!;

        // A token refused during authentication never reaches the counter; a later call that did was made with a better one.
        var refused = evidence.Recent.FirstOrDefault(error => TokenCodes.Contains(error.Code) && !(error.At < quota.LastCallAt));
        var revoked = quota.TokenId is { } last && evidence.Installation!.RevokedTokens.IsRevoked(last);
        var facts = Of(
            ("last_token_expires_at", Text(quota.TokenExpiresAt)),
            ("last_call_at", Text(quota.LastCallAt)),
            ("last_token_revoked", revoked ? "yes" : null),
            ("refused_at", Text(refused?.At)),
            ("refused_with", refused?.Code)
        );
        return Observation.Of(
            facts,
            (revoked, refused?.Code) switch
            {
                (true, _) or (_, QuotaRefusals.TokenRevoked) => Bad(
                    QuotaRefusals.TokenRevoked,
                    FindingForce.StopsSome,
                    CauseTexts.TokenRevoked,
                    facts
                ),
                (_, FindingCodes.TokenExpired) => Bad(FindingCodes.TokenExpired, FindingForce.StopsSome, CauseTexts.TokenExpired, facts),
                _ when quota.TokenExpiresAt <= evidence.Now && evidence.Now - quota.LastCallAt < LongSilence => Bad(
                    FindingCodes.TokenExpired,
                    FindingForce.Threatens,
                    CauseTexts.TokenNotRenewed,
                    facts
                ),
                _ => null,
            }
        );
    }

    private static Finding Bad(string code, FindingForce force, BilingualText cause, ImmutableSortedDictionary<string, string> facts) =>
        new(code, force, cause, facts, Fixes.By(Fixes.Plugin, FixTexts.RenewToken));

    private static Observation ObserveActivity(DiagnosisEvidence evidence)
    {
        var quota = evidence.Quota!;
        var created = evidence.Installation!.CreatedAt;
        var lastSign = Instants.Later(quota.LastCallAt, evidence.Errors.Count > 0 ? evidence.Errors[0].At : null);
        var facts = Of(("last_call_at", Text(lastSign)), ("watched_since", Text(quota.LoadedAt)), ("enabled_at", Text(created)));

        // A counter loaded later has no record of earlier calls; its counts of the day and the month do.
        var never = lastSign is null && quota.View is { DailyUsed: 0, SpendUsed: 0 } && quota.LoadedAt <= created + FirstCallWithin;
        if (never && evidence.Now > created + FirstCallWithin)
        {
            return Observation.Of(facts, Silence(FindingCodes.TokenNeverUsed, CauseTexts.NeverCalled, facts));
        }

        var quietSince = lastSign ?? Instants.Later(quota.LoadedAt, created);
        return Observation.Of(
            facts,
            quota.View.DailyUsed > 0 || evidence.Now - quietSince < LongSilence
                ? null
                : Silence(FindingCodes.NoCalls, CauseTexts.NotCalling, facts)
        );
    }

    private static Finding Silence(string code, BilingualText cause, ImmutableSortedDictionary<string, string> facts) =>
        new(code, FindingForce.Advises, cause, facts, Fixes.By(Fixes.Plugin, FixTexts.AskSupport));
}
