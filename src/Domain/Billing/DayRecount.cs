using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>Prices the calls of one day individually, and keeps the last row's tally for comparison.</summary>
internal sealed class DayRecount(InstallationId installation, DateOnly day, PriceBook prices)
{
    private readonly Dictionary<(OperationName Operation, int Tier), Line> _lines = [];
    private RatedRow? _last;
    private long _number;
    private long _refused;

    public InstallationId Installation => installation;

    public DateOnly Day => day;

    public void Add(RatedRow rated)
    {
        _last = rated;
        foreach (var entry in rated.Body.Entries)
        {
            Add(entry);
        }
    }

    /// <summary>Describes the difference between the bill by tally and the bill by calls; null if they agree.</summary>
    public string? Difference()
    {
        if (_refused > 0)
        {
            return $"{_refused} calls lie above the day's limit";
        }

        var tallies = _last?.Body.Tallies ?? [];
        foreach (var tally in tallies)
        {
            if (!_lines.TryGetValue((tally.Operation, tally.Tier), out var line) || line.Calls != tally.Calls)
            {
                return $"{tally.Operation} in tier {tally.Tier}: {tally.Calls} calls are billed, {line?.Calls ?? 0} were made";
            }
        }

        // Use the code that makes bills, on the same row, so that the comparison checks what is really billed.
        var billed = Bill.LinesOf(installation.Plugin, new MeteredDay(day, 0, _number, tallies, prices, default))
            .Sum(line => line.Amount.Amount);
        var recounted = _lines.Values.Sum(line => line.Amount);
        return billed == recounted && recounted == prices.Rate(0, _number).Amount && tallies.Sum(tally => tally.Calls) == _number
            ? null
            : FormattableString.Invariant($"{billed:0.000} {prices.Currency} are billed, the calls cost {recounted:0.000}");
    }

    public RecountedDay ToDay() =>
        new(
            installation,
            day,
            prices.Currency,
            [
                .. _lines
                    .OrderBy(line => line.Key.Tier)
                    .ThenBy(line => line.Key.Operation.Value, StringComparer.Ordinal)
                    .Select(line => ToLine(line.Key.Operation, line.Key.Tier, line.Value)),
            ]
        );

    private void Add(UsageEntry entry)
    {
        if (_number == prices.DailyLimit)
        {
            _refused++;
            return;
        }

        _number++;
        var key = (entry.Operation, prices.TierOf(_number));
        if (!_lines.TryGetValue(key, out var line))
        {
            _lines.Add(key, line = new Line());
        }

        line.Calls++;
        line.Amount += prices.PriceOf(_number).Amount;
    }

    private BillLine ToLine(OperationName operation, int tier, Line line) =>
        new(
            installation.Plugin,
            day,
            prices.TierName(tier),
            operation,
            line.Calls,
            new Money(prices.Tiers[tier].UnitPrice, prices.Currency),
            new Money(line.Amount, prices.Currency)
        );

    private sealed class Line
    {
        public long Calls { get; set; }

        public decimal Amount { get; set; }
    }
}
