namespace Marketplace.Installations;

/// <summary>When a seller is reminded to look through an installation's permissions: monthly (R71).</summary>
public static class ReviewSchedule
{
    /// <summary>A month after the last sign-off or, if it is later, the consent; null without a consent.</summary>
    public static DateTimeOffset? NextReview(Installation state) => Start(state)?.AddMonths(1);

    /// <summary>
    /// The reminder that is due by now; null if the last one that is due was noted. Of several missed ones the last is enough.
    /// </summary>
    internal static InstallationEvent.ReviewDue? Due(Installation state, DateTimeOffset now)
    {
        var (last, _) = Around(state, now);
        return last is { } due && state.ReviewNoted != due ? new InstallationEvent.ReviewDue(due) : null;
    }

    /// <summary>The next reminder; null without a consent or after its term.</summary>
    internal static DateTimeOffset? NextAfter(Installation state, DateTimeOffset now) => Around(state, now).Next;

    private static (DateTimeOffset? Last, DateTimeOffset? Next) Around(Installation state, DateTimeOffset now)
    {
        if (Start(state) is not { } start || state.Consent is not { } consent || now >= consent.ExpiresAt)
        {
            return (null, null);
        }

        // Always counted from the start: a month after 31 January and a month after that is 31 March.
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
