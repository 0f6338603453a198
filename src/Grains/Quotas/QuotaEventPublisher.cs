using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Grains.Billing;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// Notifies a plugin, through its seller's feed, about its day's quota. Runs beside the calls, which do not wait for it; notifications lost
/// with a process are repeated by the day's next counter.
/// </summary>
internal sealed partial class QuotaEventPublisher(
    IGrainFactory grains,
    UsageAlertPublisher alerts,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<QuotaEventPublisher> logger
)
{
    // About two minutes: a longer store outage closes the counters, and the next ones notify.
    private static readonly TimeSpan[] Pauses = [.. Enumerable.Range(0, 7).Select(n => TimeSpan.FromSeconds(1 << n))];

    /// <summary>Sends all marks reached by a day with this many calls; idempotent.</summary>
    public void Publish(InstallationId installation, DateOnly day, long used, long limit) =>
        _ = Append(
            installation,
            [.. QuotaMarks.Reached(installation, day, used, limit, calendar.EndOf(day), time.GetUtcNow()).Select(one => one.ToIncoming())]
        );

    /// <summary>Reports the shares of its limits that the installation has reached, for its seller.</summary>
    public void Alert(InstallationId installation, ImmutableArray<UsageMark> marks) => alerts.Publish(installation, marks);

    private async Task Append(InstallationId installation, ImmutableArray<IncomingEvent> events)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                await grains.GetFeed(installation.Seller).Append(events, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                LogAgain(e, installation.ToString());
            }

            await Task.Delay(pause, TimeProvider.System);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not notify {Installation} about its quota; retrying.")]
    private partial void LogAgain(Exception exception, string installation);
}
