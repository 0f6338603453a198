using Marketplace.Installations;

namespace Marketplace.Billing.Proofs;

/// <summary>One installation's day in a proof, as of the day's last row in it.</summary>
/// <param name="Installation">The calling installation.</param>
/// <param name="Day">The day of business.</param>
/// <param name="Rows">Rows of the day: the last row's seq.</param>
/// <param name="Calls">Calls of the day.</param>
/// <param name="Hash">Hash of the last row, lower-case hexadecimal.</param>
/// <param name="Amount">What the calls cost; exact.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.proof-day")]
public sealed record ProofDay(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] DateOnly Day,
    [property: Id(2)] int Rows,
    [property: Id(3)] long Calls,
    [property: Id(4)] string Hash,
    [property: Id(5)] Money Amount
);

/// <summary>Collects the days of rows that come in order of installation, day and seq.</summary>
public sealed class ProofDays
{
    private readonly SortedDictionary<(string Installation, DateOnly Day), ProofDay> _days = new(
        Comparer<(string Installation, DateOnly Day)>.Create(
            static (one, other) =>
                string.CompareOrdinal(one.Installation, other.Installation) is var order and not 0 ? order : one.Day.CompareTo(other.Day)
        )
    );
    private PriceBook? _prices;

    /// <summary>The days so far, by installation (ordinal) and day.</summary>
    public IEnumerable<ProofDay> All => _days.Values;

    /// <summary>Continues in the middle of a day.</summary>
    /// <param name="opening">The first row of the day.</param>
    /// <exception cref="FormatException">The row carries no price book.</exception>
    public void Resume(UsageRow opening) => _prices = DayOpening.Decode(opening.Opening).Prices;

    /// <exception cref="FormatException">The row's opening is unreadable, or the day's first row is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row counts more calls than the day allows.</exception>
    public void Add(UsageRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!row.Opening.IsEmpty)
        {
            Resume(row);
        }

        var prices = _prices ?? throw new FormatException("A row comes before the first row of its day.");
        var hash = Convert.ToHexStringLower(row.Hash.Span);
        Add(new ProofDay(row.Installation, row.Day, row.Seq, row.Cumulative, hash, prices.Rate(0, row.Cumulative)));
    }

    /// <summary>Adds a day; replaces an earlier state of it.</summary>
    public void Add(ProofDay day)
    {
        ArgumentNullException.ThrowIfNull(day);
        _days[(day.Installation.ToString(), day.Day)] = day;
    }
}
