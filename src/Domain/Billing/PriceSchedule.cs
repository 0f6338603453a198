using System.Collections.Immutable;

namespace Marketplace.Billing;

/// <summary>
/// A plugin's prices by day (R52): the book it was registered with, and the versions announced since. A day is priced by the announced
/// version with the latest effective day not after it.
/// </summary>
/// <param name="Initial">In force before the first announced version.</param>
/// <param name="Announced">By effective day, rising.</param>
public readonly record struct PriceSchedule(PriceBook Initial, ImmutableArray<PriceVersion> Announced)
{
    /// <summary>Days of notice before a price may rise or a daily limit may fall.</summary>
    public const int NoticeDays = 90;

    /// <summary>The first calls of each day, which no price book may price (R48).</summary>
    public const long FreeCalls = 1_000;

    /// <summary>The greatest number of tiers.</summary>
    public const int MaxTiers = 10;

    /// <summary>The highest price of a call, in CNY.</summary>
    public const decimal MaxUnitPrice = 100m;

    /// <summary>The highest daily limit.</summary>
    public const long MaxDailyLimit = 1_000_000_000;

    /// <summary>
    /// Prices are announced at least this long before their first day begins, so that every counter knows them when the day opens.
    /// </summary>
    public static TimeSpan Lead { get; } = TimeSpan.FromHours(1);

    /// <summary>The price book of a day of business.</summary>
    public PriceBook On(DateOnly day)
    {
        // A loop, because a counter asks on the path of a call.
        var book = Initial;
        if (!Announced.IsDefault)
        {
            foreach (var version in Announced)
            {
                book = version.EffectiveFrom <= day ? version.Book : book;
            }
        }

        return book;
    }

    /// <summary>The prices that hold once all announced versions are in force.</summary>
    public PriceBook Last => Announced.IsDefaultOrEmpty ? Initial : Announced[^1].Book;

    /// <summary>The next version after a day; null if none is announced.</summary>
    public PriceVersion? NextAfter(DateOnly day) =>
        Announced.IsDefault ? null : Announced.FirstOrDefault(version => version.EffectiveFrom > day);

    /// <summary>The schedule with one more version.</summary>
    public PriceSchedule With(PriceVersion version) =>
        this with
        {
            Announced = [.. (Announced.IsDefault ? [] : Announced).Append(version).OrderBy(known => known.EffectiveFrom)],
        };

    /// <summary>
    /// Decides an announcement: lower prices from the next day, higher ones or a lower limit after <see cref="NoticeDays"/> (R52). Each
    /// must begin after those announced before.
    /// </summary>
    public Outcome<PriceAnnounced> Announce(AnnouncePrices command, MarketCalendar calendar, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(calendar);
        if (Fault(command.Tiers) is { } fault)
        {
            return PriceRefusals.Invalid(fault);
        }

        var from = command.EffectiveFrom;
        var book = new PriceBook(NextVersion(), command.Tiers, Initial.Currency);
        var (earliest, noticed, rises) = (Earliest(calendar, now), Noticed(calendar, now), Rises(book, from));
        return from < earliest ? PriceRefusals.TooEarly(earliest)
            : rises && from < noticed ? PriceRefusals.NoticeShort(noticed)
            // Lower prices before announced ones would make those a rise that had no notice.
            : from <= LastDay ? PriceRefusals.NotAfter(LastDay)
            : new PriceAnnounced(book.Version, book.Currency, book.Tiers, from, rises);
    }

    /// <summary>The first day, not before a wanted one, for which prices can still be announced.</summary>
    public DateOnly FirstDayFor(PriceBook book, DateOnly wanted, MarketCalendar calendar, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(calendar);
        var (earliest, noticed) = (Earliest(calendar, now), Noticed(calendar, now));
        var day = wanted < earliest ? earliest : wanted;
        day = day > LastDay ? day : LastDay.AddDays(1);
        return day < noticed && Rises(book, day) ? noticed : day;
    }

    // The day of the last announced version.
    private DateOnly LastDay => Announced.IsDefaultOrEmpty ? DateOnly.MinValue : Announced[^1].EffectiveFrom;

    private static DateOnly Earliest(MarketCalendar calendar, DateTimeOffset now) =>
        calendar.DayOf(now + Lead - TimeSpan.FromTicks(1)).AddDays(1);

    private static DateOnly Noticed(MarketCalendar calendar, DateTimeOffset now) => calendar.DayOf(now).AddDays(NoticeDays);

    private bool Rises(PriceBook book, DateOnly from) => book.IsDearerThan(On(from.AddDays(-1)));

    private int NextVersion() =>
        (Announced.IsDefault ? [] : Announced).Select(version => version.Book.Version).Append(Initial.Version).Max() + 1;

    private static string? Fault(ImmutableArray<PriceTier> tiers)
    {
        if (tiers.IsDefaultOrEmpty || tiers.Length > MaxTiers)
        {
            return $"There must be 1 to {MaxTiers} tiers.";
        }

        var below = 0L;
        foreach (var tier in tiers)
        {
            if (tier.UpTo <= below || tier.UpTo > MaxDailyLimit)
            {
                return FormattableString.Invariant($"The bounds of the tiers must rise, up to {MaxDailyLimit}.");
            }

            if (tier.UnitPrice is < 0 or > MaxUnitPrice || decimal.Round(tier.UnitPrice, 3) != tier.UnitPrice)
            {
                return FormattableString.Invariant($"A call costs 0 to {MaxUnitPrice} CNY in whole thousandths.");
            }

            if (tier.UnitPrice > 0 && below < FreeCalls)
            {
                return FormattableString.Invariant($"The first {FreeCalls} calls of a day are free.");
            }

            below = tier.UpTo;
        }

        return below < FreeCalls ? FormattableString.Invariant($"A day must allow at least the {FreeCalls} free calls.") : null;
    }
}
