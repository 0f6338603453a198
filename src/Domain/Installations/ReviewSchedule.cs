namespace Marketplace.Installations;

/// <summary>Schedules a seller's monthly reminder to review an installation's permissions (R71).</summary>
public static class ReviewSchedule
{
    /// <summary>A month after the later of the last sign-off and the consent; null without a consent.</summary>
    public static DateTimeOffset? NextReview(Installation state) => Start(state)?.AddMonths(1);

    /// <summary>The reminder due by now; null if already recorded. Of several missed ones only the last is recorded.</summary>
    internal static InstallationEvent.ReviewDue? Due(Installation state, DateTimeOffset now)
    {
        var (last, _) = Around(state, now);
        return last is { } due && state.ReviewNoted != due ? new InstallationEvent.ReviewDue(due) : null;
    }

    /// <summary>The next reminder; null without a consent or after its expiry.</summary>
    internal static DateTimeOffset? NextAfter(Installation state, DateTimeOffset now) => Around(state, now).Next;

    private static (DateTimeOffset? Last, DateTimeOffset? Next) Around(Installation state, DateTimeOffset now)
    {
        if (Start(state) is not { } start || state.Consent is not { } consent || now >= consent.ExpiresAt)
        {
            return (null, null);
        }

        // Always count from the start: one month after 31 January and another month must give 31 March.
        var months = 1;
        while (start.AddMonths(months) <= now)
        {
            months++;
        }

        var next = start.AddMonths(months);
        return (months == 1 ? null : start.AddMonths(months - 1), next < consent.ExpiresAt ? next : null);
    }

    private static DateTimeOffset? Start(Installation state) =>
        state.Consent is not { } consent ? null
        : state.SignOff is { } signOff && signOff.At > consent.At ? signOff.At
        : consent.At;
}
