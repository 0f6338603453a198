using Marketplace.Billing;

namespace Marketplace.Quotas;

/// <summary>What the ledger knows of an installation when its meter starts.</summary>
/// <param name="Days">The days of the newest month with its end of chain, tally and prices, oldest first; empty if there are none.</param>
/// <param name="ChainEnd">Hash of the last row before those days; <see cref="UsageRow.Genesis"/> if there is none.</param>
/// <param name="Keys">Idempotency keys of the last 24 hours, oldest first.</param>
public sealed record UsageHistory(IReadOnlyList<MeteredDay> Days, ReadOnlyMemory<byte> ChainEnd, IReadOnlyList<KeptKey> Keys)
{
    public static UsageHistory None { get; } = new([], UsageRow.Genesis, []);

    /// <summary>What an earlier counter in this process knew of the day's errors; the ledger does not hold them.</summary>
    public DayErrors Errors { get; init; }
}

/// <summary>A day as its last ledger row leaves it.</summary>
/// <param name="Day">Day of business.</param>
/// <param name="Seq">Its last row.</param>
/// <param name="Calls">Its calls so far.</param>
/// <param name="Tallies">The calls by operation and tier.</param>
/// <param name="Prices">The price book by which it is rated.</param>
/// <param name="Hash">Hash of the last row.</param>
public sealed record MeteredDay(
    DateOnly Day,
    int Seq,
    long Calls,
    IReadOnlyList<Tally> Tallies,
    PriceBook Prices,
    ReadOnlyMemory<byte> Hash
)
{
    /// <summary>Reads a day from its first and its last row.</summary>
    /// <exception cref="FormatException">A row cannot be read.</exception>
    public static MeteredDay From(UsageRow first, UsageRow last)
    {
        var tallies = UsageBody.Decode(last.Body, last.Count).Tallies;
        return new MeteredDay(last.Day, last.Seq, last.Cumulative, tallies, DayOpening.Decode(first.Opening).Prices, last.Hash);
    }

    /// <summary>What the day's calls cost together.</summary>
    public Money Amount => Prices.Rate(0, Calls);
}

/// <summary>An idempotency key that was answered, and where the answer is.</summary>
public sealed record KeptKey(IdempotencyKey Key, DateTimeOffset At, DateOnly Day, int Seq, long Number);

/// <summary>Calls of a day that were answered with an error of the caller's (4xx).</summary>
public readonly record struct DayErrors(DateOnly Day, long Count);
