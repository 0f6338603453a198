using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Grains.Billing;

/// <summary>Updates a snapshot of the usage ledger to the ledger's end.</summary>
internal static class UsageSnapshotReader
{
    /// <returns>The snapshot, and the number of rows read besides the last of each day.</returns>
    public static async Task<(UsageSnapshot Snapshot, long RowsRead)> CatchUp(
        IUsageReader ledger,
        InstallationId installation,
        UsageSnapshot known,
        DateOnly today,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var days = await ReadDays(ledger, installation, known, today, cancellationToken);
        if (known.IsAheadOf(days, known.ReadFrom(today)))
        {
            known = UsageSnapshot.None;
            days = await ReadDays(ledger, installation, known, today, cancellationToken);
        }

        var found = new Dictionary<(DateOnly Day, string Operation), DateTimeOffset>();
        var rows = 0L;
        foreach (var span in known.Missing(days))
        {
            await foreach (var row in ledger.ReadDayAfter(installation, span.Day, span.After, cancellationToken))
            {
                if (row.Seq > span.UpTo)
                {
                    // Written since the counts were read; belongs to the next reading.
                    break;
                }

                rows++;
                KeepLatest(found, row);
            }
        }

        return (known.Next(days, found, today, now), rows);
    }

    private static async Task<CountedDay[]> ReadDays(
        IUsageReader ledger,
        InstallationId installation,
        UsageSnapshot known,
        DateOnly today,
        CancellationToken cancellationToken
    )
    {
        var heads = await ledger.ReadDayHeads(installation, known.ReadFrom(today), DateOnly.MaxValue, cancellationToken);
        return [.. heads.Select(CountedDay.From)];
    }

    private static void KeepLatest(Dictionary<(DateOnly Day, string Operation), DateTimeOffset> found, UsageRow row)
    {
        foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries)
        {
            var key = (row.Day, entry.Operation.Value);
            if (!found.TryGetValue(key, out var at) || entry.At > at)
            {
                found[key] = entry.At;
            }
        }
    }
}
