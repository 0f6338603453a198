using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Quotas;

/// <summary>Loads a counter's history from the ledger.</summary>
internal static class LedgerHistory
{
    public static async Task<UsageHistory> Read(
        IUsageLedger ledger,
        InstallationId installation,
        DateOnly today,
        CancellationToken cancellationToken
    )
    {
        var days = await ReadMonth(ledger, installation, today, cancellationToken);
        var before = await ledger.ReadLastBefore(installation, MonthOf(today), cancellationToken);

        var keys = new List<KeptKey>();
        foreach (var day in Enumerable.Range(-1, 2).Select(today.AddDays).Union(days.Where(day => day.Day > today).Select(day => day.Day)))
        {
            await foreach (var row in ledger.ReadDay(installation, day, keyedOnly: true, cancellationToken))
            {
                keys.AddRange(KeptKeys.Of(row));
            }
        }

        return new UsageHistory(days, before?.Hash ?? UsageRow.Genesis, keys);
    }

    /// <summary>The days of the month that have calls, oldest first.</summary>
    public static async Task<MeteredDay[]> ReadMonth(
        IUsageLedger ledger,
        InstallationId installation,
        DateOnly today,
        CancellationToken cancellationToken
    )
    {
        // There are rows of days after today if the clock stepped back; include them, because the day never goes back.
        var heads = await ledger.ReadDayHeads(installation, MonthOf(today), DateOnly.MaxValue, cancellationToken);
        if (heads.Count == 0)
        {
            return [];
        }

        var openings = await ledger.ReadDayOpenings(installation, MonthOf(today), DateOnly.MaxValue, cancellationToken);
        return [.. heads.Join(openings, last => last.Day, first => first.Day, (last, first) => MeteredDay.From(first, last))];
    }

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}
