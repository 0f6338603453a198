using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Billing;

/// <summary>One day of one installation, recounted.</summary>
public sealed record RecountedDay(InstallationId Installation, DateOnly Day, string Currency, IReadOnlyList<BillLine> Lines)
{
    public long Calls => Lines.Sum(line => line.Calls);

    public Money Total => new(Lines.Sum(line => line.Amount.Amount), Currency);
}

/// <summary>What a seller owes for a month's calls in one currency.</summary>
/// <param name="Seller">The debtor.</param>
/// <param name="Month">The month's first day.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="Total">The exact sum.</param>
public sealed record RecountedBill(SellerId Seller, DateOnly Month, long Calls, Money Total);

/// <summary>
/// Recomputes bills call by call from the ledger, trusting neither tallies nor cumulative numbers, and compares each day with the tally of
/// its last row, from which bills are made (R48–R52).
/// </summary>
/// <param name="report">Receives each day that differs.</param>
/// <param name="day">Receives each recounted day as soon as it is complete.</param>
/// <remarks>Expects rows in order of installation, day and seq. Memory: one day, and one total per seller, month and currency.</remarks>
public sealed class BillRecount(Action<Finding> report, Action<RecountedDay>? day = null)
{
    private readonly Dictionary<(SellerId Seller, DateOnly Month, string Currency), (long Calls, decimal Amount)> _bills = [];
    private DayRecount? _day;

    /// <summary>The recounted bills of the completed days, by seller and month.</summary>
    public IReadOnlyList<RecountedBill> Bills =>
        [
            .. _bills
                .Select(bill => new RecountedBill(
                    bill.Key.Seller,
                    bill.Key.Month,
                    bill.Value.Calls,
                    new Money(bill.Value.Amount, bill.Key.Currency)
                ))
                .OrderBy(bill => bill.Seller.Value, StringComparer.Ordinal)
                .ThenBy(bill => bill.Month)
                .ThenBy(bill => bill.Total.Currency, StringComparer.Ordinal),
        ];

    public void Add(RatedRow rated)
    {
        if (_day is null || _day.Installation != rated.Row.Installation || _day.Day != rated.Row.Day)
        {
            Complete();
            _day = new DayRecount(rated.Row.Installation, rated.Row.Day, rated.Prices);
        }

        _day.Add(rated);
    }

    /// <summary>Completes the last day.</summary>
    public void Complete()
    {
        if (_day is null)
        {
            return;
        }

        if (_day.Difference() is { } difference)
        {
            report(new Finding("bill", _day.Installation.ToString(), _day.Day, 0, "bill-differs", difference));
        }

        var recounted = _day.ToDay();
        var key = (recounted.Installation.Seller, new DateOnly(recounted.Day.Year, recounted.Day.Month, 1), recounted.Currency);
        var sum = _bills.GetValueOrDefault(key);
        _bills[key] = (sum.Calls + recounted.Calls, sum.Amount + recounted.Total.Amount);
        day?.Invoke(recounted);
        _day = null;
    }
}
