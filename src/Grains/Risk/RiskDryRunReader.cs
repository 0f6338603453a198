using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Risk;

namespace Marketplace.Grains.Risk;

/// <summary>Runs risk rules over an installation's calls in the usage ledger.</summary>
internal static class RiskDryRunReader
{
    public static async Task<RiskDryRun> Run(
        IUsageReader ledger,
        InstallationId installation,
        RiskRuleSet rules,
        IReadOnlyDictionary<string, string> writes,
        DateOnly today,
        int days,
        CancellationToken cancellationToken
    )
    {
        var replay = new RiskReplay(installation, rules, writes, today.AddDays(1 - days), today);
        for (var day = today.AddDays(1 - UsageStatistics.CountedDays); day <= today; day = day.AddDays(1))
        {
            replay.Begin(day);
            await foreach (var row in ledger.ReadDayAfter(installation, day, 0, cancellationToken))
            {
                foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries)
                {
                    replay.Add(day, entry);
                }
            }
        }

        return replay.Result();
    }
}
