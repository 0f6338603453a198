using Marketplace.Billing;

namespace Marketplace.Quotas;

/// <summary>An installation's usage according to the ledger when its meter starts.</summary>
/// <param name="Days">The days of the newest month with their chain end, tally and prices, oldest first; empty without any.</param>
/// <param name="ChainEnd">Hash of the last row before those days; <see cref="UsageRow.Genesis"/> without any.</param>
/// <param name="Keys">Idempotency keys of the last 24 hours, oldest first.</param>
public sealed record UsageHistory(IReadOnlyList<MeteredDay> Days, ReadOnlyMemory<byte> ChainEnd, IReadOnlyList<KeptKey> Keys)
{
    public static UsageHistory None { get; } = new([], UsageRow.Genesis, []);

    /// <summary>The day's errors known to an earlier counter in this process; the ledger does not record them.</summary>
    public DayErrors Errors { get; init; }
}

/// <summary>A day as of its last ledger row.</summary>
/// <param name="Day">Day of business.</param>
/// <param name="Seq">Its last row.</param>
/// <param name="Calls">Its calls so far.</param>
/// <param name="Tallies">The calls by operation and tier.</param>
/// <param name="Prices">The price book that rates it.</param>
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
    /// <exception cref="FormatException">A row is unreadable.</exception>
    public static MeteredDay From(UsageRow first, UsageRow last)
    {
        var tallies = UsageBody.Decode(last.Body, last.Count).Tallies;
        return new MeteredDay(last.Day, last.Seq, last.Cumulative, tallies, DayOpening.Decode(first.Opening).Prices, last.Hash);
    }

    /// <summary>The total cost of the day's calls.</summary>
    public Money Amount => Prices.Rate(0, Calls);
}

/// <summary>An answered idempotency key, and the position of its answer.</summary>
public sealed record KeptKey(IdempotencyKey Key, DateTimeOffset At, DateOnly Day, int Seq, long Number);

/// <summary>Calls of a day answered with a caller's error (4xx).</summary>
public readonly record struct DayErrors(DateOnly Day, long Count);
