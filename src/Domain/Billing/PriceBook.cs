using System.Collections.Immutable;

namespace Marketplace.Billing;

/// <summary>One tier of a graduated price; it prices only the calls within it.</summary>
/// <param name="UpTo">The last call of the day in this tier; inclusive.</param>
/// <param name="UnitPrice">Price of each call in it, in the book's currency.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.price-tier")]
public readonly record struct PriceTier([property: Id(0)] long UpTo, [property: Id(1)] decimal UnitPrice);

/// <summary>
/// The graduated price of a plugin's calls per installation and day (R48–R51). Every call falls into exactly one tier. The last tier's
/// bound is the daily limit; calls above it are refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("mp.billing.price-book")]
public sealed record PriceBook
{
    /// <param name="version">The number of the plugin's price book; at least 1.</param>
    /// <param name="tiers">In rising order; at least one.</param>
    /// <param name="currency">ISO 4217 code.</param>
    /// <exception cref="ArgumentException">A bound does not rise or a price is negative.</exception>
    public PriceBook(int version, ImmutableArray<PriceTier> tiers, string currency = Money.BillingCurrency)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (tiers.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A price book has at least one tier.", nameof(tiers));
        }

        var below = 0L;
        foreach (var tier in tiers)
        {
            if (tier.UpTo <= below || tier.UnitPrice < 0)
            {
                throw new ArgumentException(
                    $"Tier up to {tier.UpTo} at {tier.UnitPrice}: bounds must rise and prices not be negative.",
                    nameof(tiers)
                );
            }

            below = tier.UpTo;
        }

        (Version, Tiers, Currency) = (version, tiers, currency);
    }

    /// <summary>R48–R51: 1–1,000 free, 1,001–5,000 at 0.020, 5,001–20,000 at 0.015 CNY, refused above.</summary>
    public static PriceBook Standard { get; } =
        new(1, [new PriceTier(1_000, 0.000m), new PriceTier(5_000, 0.020m), new PriceTier(20_000, 0.015m)]);

    [Id(0)]
    public int Version { get; }

    [Id(1)]
    public ImmutableArray<PriceTier> Tiers { get; }

    [Id(2)]
    public string Currency { get; }

    /// <summary>The last permitted call of a day (R51).</summary>
    public long DailyLimit => Tiers[^1].UpTo;

    /// <summary>The tier (0 for the first) of the day's <paramref name="number"/>th call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above the daily limit.</exception>
    public int TierOf(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, DailyLimit);
        var tier = 0;
        while (number > Tiers[tier].UpTo)
        {
            tier++;
        }

        return tier;
    }

    /// <summary>The price of the day's <paramref name="number"/>th call.</summary>
    public Money PriceOf(long number) => new(Tiers[TierOf(number)].UnitPrice, Currency);

    /// <summary>The exact price of the day's calls after <paramref name="from"/> up to and including <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within 0 … daily limit.</exception>
    public Money Rate(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, DailyLimit);
        var amount = 0.000m;
        var below = 0L;
        foreach (var tier in Tiers)
        {
            var calls = Math.Min(to, tier.UpTo) - Math.Max(from, below);
            amount += calls > 0 ? calls * tier.UnitPrice : 0m;
            below = tier.UpTo;
        }

        return new Money(amount, Currency);
    }

    /// <summary>
    /// True if some number of calls of a day costs more than by the other book, if fewer calls are permitted, or if a call above the other
    /// book's limit costs more than its last one. Up to that limit it compares days and not single calls: a dearer tier behind a cheaper
    /// one may still make no day dearer.
    /// </summary>
    /// <exception cref="ArgumentException">The books are in different currencies.</exception>
    public bool IsDearerThan(PriceBook other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Currency != other.Currency)
        {
            throw new ArgumentException($"Prices in {Currency} and {other.Currency} cannot be compared.", nameof(other));
        }

        // Each tier is linear, so one book is dearer than the other at a bound of a tier or nowhere.
        return DailyLimit < other.DailyLimit
            || Tiers.Any(tier => tier.UpTo > other.DailyLimit && tier.UnitPrice > other.Tiers[^1].UnitPrice)
            || Tiers
                .Concat(other.Tiers)
                .Select(static tier => tier.UpTo)
                .Where(calls => calls <= other.DailyLimit)
                .Any(calls => Rate(0, calls).Amount > other.Rate(0, calls).Amount);
    }

    /// <summary>The tier's bounds as shown on bills, for example <c>1001-5000</c>.</summary>
    public string TierName(int tier) => FormattableString.Invariant($"{(tier == 0 ? 1 : Tiers[tier - 1].UpTo + 1)}-{Tiers[tier].UpTo}");

    public bool Equals(PriceBook? other) =>
        other is not null && Version == other.Version && Currency == other.Currency && Tiers.SequenceEqual(other.Tiers);

    public override int GetHashCode() => HashCode.Combine(Version, Currency, Tiers.Length);
}
