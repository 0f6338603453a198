using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Quotas;
using Marketplace.Risk;

namespace Marketplace.Grains.Risk;

/// <summary>Reads from the usage ledger which operations an installation's plugin ever completed.</summary>
internal static class RiskBaselineReader
{
    /// <summary>
    /// The operations of the counted days with an answer below 400. Searches from the newest day backwards until all are found: working
    /// operations appear in the first rows, and only one that always failed is searched for in all its days.
    /// </summary>
    public static async Task<IReadOnlyCollection<OperationName>> Succeeded(
        IUsageReader ledger,
        UsageStatistics usage,
        CancellationToken cancellationToken
    )
    {
        var succeeded = new HashSet<OperationName>();
        foreach (var day in usage.Operations.SelectMany(operation => operation.Days.Keys).Distinct().OrderDescending())
        {
            var wanted = usage
                .Operations.Where(operation => operation.Days.ContainsKey(day) && !succeeded.Contains(operation.Operation))
                .Select(operation => operation.Operation)
                .ToHashSet();
            await Find(ledger, usage, day, wanted, succeeded, cancellationToken);
        }

        return succeeded;
    }

    private static async Task Find(
        IUsageReader ledger,
        UsageStatistics usage,
        DateOnly day,
        HashSet<OperationName> wanted,
        HashSet<OperationName> succeeded,
        CancellationToken cancellationToken
    )
    {
        if (wanted.Count == 0)
        {
            return;
        }

        await foreach (var row in ledger.ReadDayAfter(usage.Installation, day, 0, cancellationToken))
        {
            foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries.Where(entry => entry.Status < RiskEvaluator.FailedFrom))
            {
                succeeded.Add(entry.Operation);
                wanted.Remove(entry.Operation);
            }

            if (wanted.Count == 0)
            {
                return;
            }
        }
    }
}
