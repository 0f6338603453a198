using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Billing;

/// <summary>
/// Reports the marks of counters. Runs beside the calls, which do not wait for it; marks lost with a process are reported by the next
/// counter of the installation.
/// </summary>
internal sealed partial class UsageAlertPublisher(IGrainFactory grains, ILogger<UsageAlertPublisher> logger)
{
    // About two minutes: a longer store outage closes the counters, and the next ones report.
    private static readonly TimeSpan[] Pauses = [.. Enumerable.Range(0, 7).Select(n => TimeSpan.FromSeconds(1 << n))];

    /// <summary>Reports the marks of an installation; idempotent.</summary>
    public void Publish(InstallationId installation, ImmutableArray<UsageMark> marks)
    {
        if (!marks.IsDefaultOrEmpty)
        {
            _ = Report(installation, marks);
        }
    }

    private async Task Report(InstallationId installation, ImmutableArray<UsageMark> marks)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                await grains.GetGrain<IUsageAlertsGrain>(GrainKeys.UsageAlerts(installation)).Report(marks, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                LogAgain(e, installation.ToString());
            }

            await Task.Delay(pause, TimeProvider.System);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not record the usage alerts of {Installation}; retrying.")]
    private partial void LogAgain(Exception exception, string installation);
}
