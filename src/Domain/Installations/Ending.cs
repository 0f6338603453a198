using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Installations;

/// <summary>One end to come: of the whole authorisation, or of the sensitive scopes that end together.</summary>
/// <param name="Scopes">The sensitive scopes, sorted; empty for the whole authorisation.</param>
/// <param name="ExpiresAt">When.</param>
public sealed record Ending(ImmutableArray<string> Scopes, DateTimeOffset ExpiresAt)
{
    /// <summary>Names the ending in <see cref="Installation.Noticed"/> and in operation ids.</summary>
    public string Key => KeyOf(Scopes, ExpiresAt);

    public static string KeyOf(ImmutableArray<string> scopes, DateTimeOffset expiresAt) =>
        OperationId.Internal(scopes.IsEmpty ? "authorisation" : "scopes", expiresAt.ToUnixTimeMilliseconds());

    /// <summary>What is to be noted of it now: the end, or the latest warning that is due; null if that was noted.</summary>
    /// <param name="noticed">Hours of the last warning, 0 for the end; null if nothing was noted yet.</param>
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

    /// <summary>The next instant at which there is something to note; null after the end.</summary>
    internal DateTimeOffset? NextAfter(DateTimeOffset now) =>
        AuthorisationTerms
            .WarningHours.Append(0)
            .Select(before => (DateTimeOffset?)ExpiresAt.AddHours(-before))
            .FirstOrDefault(at => at > now);
}

/// <summary>What the clock does to an installation.</summary>
public static class InstallationClock
{
    /// <summary>All ends to come or not yet noted; none without a consent.</summary>
    public static IEnumerable<Ending> Endings(Installation state)
    {
        if (state.Consent is not { } consent)
        {
            return [];
        }

        // Sensitive grants that end with the authorisation need no warning of their own.
        var sensitive = state
            .SensitiveUntil.Where(scope => scope.Value < consent.ExpiresAt)
            .GroupBy(scope => scope.Value, scope => scope.Key)
            .Select(group => new Ending([.. group], group.Key));
        return sensitive.Append(new Ending([], consent.ExpiresAt));
    }

    /// <summary>The next fact that the clock makes due, with its operation id; null if there is none.</summary>
    public static (InstallationEvent Event, string OperationId)? Due(Installation state, DateTimeOffset now)
    {
        foreach (var ending in Endings(state))
        {
            int? noticed = state.Noticed.TryGetValue(ending.Key, out var hours) ? hours : null;
            if (ending.Due(noticed, now) is { } due)
            {
                // A clock that made two activations ask makes one fact: the operation is the ending's, not the asking's.
                return (due, OperationId.Internal(ClockOf(ending.Key), (due as InstallationEvent.ExpiryNear)?.Hours ?? 0));
            }
        }

        return ReviewSchedule.Due(state, now) is { } review
            ? (review, OperationId.Internal(ClockOf("review"), review.DueAt.ToUnixTimeMilliseconds()))
            : null;
    }

    /// <summary>When <see cref="Due"/> is to be asked again; null if never.</summary>
    public static DateTimeOffset? NextDue(Installation state, DateTimeOffset now) =>
        Endings(state)
            .Select(ending => ending.NextAfter(now))
            .Append(ReviewSchedule.NextAfter(state, now))
            .Where(at => at is not null)
            .Min();

    private static string ClockOf(string subject) => OperationId.Internal("clock", subject);
}
