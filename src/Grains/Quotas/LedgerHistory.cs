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
        // There are rows of days after today if the clock stepped back; include them, because the day never goes back.
        var month = new DateOnly(today.Year, today.Month, 1);
        var heads = await ledger.ReadDayHeads(installation, month, DateOnly.MaxValue, cancellationToken);
        var openings = await ledger.ReadDayOpenings(installation, month, DateOnly.MaxValue, cancellationToken);
        var days = heads.Join(openings, last => last.Day, first => first.Day, (last, first) => MeteredDay.From(first, last)).ToArray();
        var before = await ledger.ReadLastBefore(installation, month, cancellationToken);

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
}
