using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>An upcoming expiry: of the whole authorisation, or of sensitive scopes with the same end.</summary>
/// <param name="Scopes">The sensitive scopes, sorted; empty for the whole authorisation.</param>
/// <param name="ExpiresAt">When.</param>
public sealed record Ending(ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>Identifies the expiry in <see cref="Installation.Noticed"/> and in operation ids.</summary>
    public string Key => KeyOf(Scopes, ExpiresAt);

    public static string KeyOf(ImmutableArray<string> scopes, DateTimeOffset expiresAt) =>
        OperationId.Internal(scopes.IsEmpty ? "authorisation" : "scopes", expiresAt.ToUnixTimeMilliseconds()).Value;

    /// <summary>The fact to record now: the expiry, or the latest due warning; null if already recorded.</summary>
    /// <param name="noticed">Hours of the last recorded warning, 0 for the expiry; null if nothing was recorded yet.</param>
    /// <param name="now">The instant.</param>
    internal InstallationEvent? Due(int? noticed, DateTimeOffset now)
    {
        if (now >= ExpiresAt)
        {
            return noticed == 0 ? null
                : Scopes.IsEmpty ? new InstallationEvent.AuthorisationExpired(ExpiresAt)
                : new InstallationEvent.ScopesExpired(Scopes, ExpiresAt);
        }

        var hours = AuthorisationTerms.WarningHours.LastOrDefault(before => now >= ExpiresAt.AddHours(-before));
        return hours == 0 || noticed <= hours ? null : new InstallationEvent.ExpiryNear(Scopes, ExpiresAt, hours);
    }

    /// <summary>When the next fact is due; null after the expiry.</summary>
    internal DateTimeOffset? NextAfter(DateTimeOffset now) =>
        AuthorisationTerms
            .WarningHours.Append(0)
            .Select(before => (DateTimeOffset?)ExpiresAt.AddHours(-before))
            .FirstOrDefault(at => at > now);
}

/// <summary>Time-driven facts of an installation.</summary>
public static class InstallationClock
{
    /// <summary>All expiries not recorded yet; none without a consent.</summary>
    public static IEnumerable<Ending> Endings(Installation state)
    {
        if (state.Consent is not { } consent)
        {
            return [];
        }

        // Sensitive grants that expire with the authorisation need no warning of their own.
        var sensitive = state
            .SensitiveUntil.Where(scope => scope.Value < consent.ExpiresAt)
            .GroupBy(scope => scope.Value, scope => scope.Key)
            .Select(group => new Ending([.. group], group.Key));
        return sensitive.Append(new Ending([], consent.ExpiresAt));
    }

    /// <summary>The next fact due by the clock, with its operation id; null if there is none.</summary>
    public static (InstallationEvent Event, OperationId OperationId)? Due(Installation state, DateTimeOffset now)
    {
        foreach (var ending in Endings(state))
        {
            int? noticed = state.Noticed.TryGetValue(ending.Key, out var hours) ? hours : null;
            if (ending.Due(noticed, now) is { } due)
            {
                // Derive the operation id from the expiry, so that two activations record one fact.
                return (due, ClockOf(ending.Key).Then((due as InstallationEvent.ExpiryNear)?.Hours ?? 0));
            }
        }

        return ReviewSchedule.Due(state, now) is { } review
            ? (review, ClockOf("review").Then(review.DueAt.ToUnixTimeMilliseconds()))
            : null;
    }

    /// <summary>When to call <see cref="Due"/> again; null if never.</summary>
    public static DateTimeOffset? NextDue(Installation state, DateTimeOffset now) =>
        Endings(state)
            .Select(ending => ending.NextAfter(now))
            .Append(ReviewSchedule.NextAfter(state, now))
            .Where(at => at is not null)
            .Min();

    private static OperationId ClockOf(string subject) => OperationId.Internal("clock", subject);
}
