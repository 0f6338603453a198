using System.Globalization;

namespace Marketplace.Billing;

/// <summary>The refusals around prices.</summary>
public static class PriceRefusals
{
    public const string PriceInvalid = "price-invalid";
    public const string PriceNoticeShort = "price-notice-short";

    private const string Developer = "developer";

    /// <param name="reason">A sentence that names what is wrong and what is expected.</param>
    public static Refusal Invalid(string reason) => new(PriceInvalid, reason, Developer, "Correct what is named and send it again.");

    /// <param name="earliest">The first day on which new prices can begin.</param>
    public static Refusal TooEarly(DateOnly earliest) => Invalid($"Prices can begin on {Text(earliest)} at the earliest.");

    /// <param name="last">The first day of the last announced prices.</param>
    public static Refusal NotAfter(DateOnly last) => Invalid($"Prices are announced for {Text(last)}; others must begin after that day.");

    /// <param name="earliest">The first day on which higher prices can begin.</param>
    public static Refusal NoticeShort(DateOnly earliest) =>
        new(
            PriceNoticeShort,
            $"Prices rise, or the daily limit falls, with less than {PriceSchedule.NoticeDays} days' notice.",
            Developer,
            $"Announce them for {Text(earliest)} or later."
        );

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
