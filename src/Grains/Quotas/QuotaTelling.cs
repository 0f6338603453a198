using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// Tells a plugin through its seller's feed how the day's calls stand. Beside the calls, which do not wait for it; what a process that ends
/// did not tell, the next counter of the day tells.
/// </summary>
internal sealed partial class QuotaTelling(
    IGrainFactory grains,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<QuotaTelling> logger
)
{
    // About two minutes: a store that is away longer ends the counters, and the next ones tell it.
    private static readonly TimeSpan[] Pauses = [.. Enumerable.Range(0, 7).Select(n => TimeSpan.FromSeconds(1 << n))];

    /// <summary>Tells all marks that a day with so many calls has reached; twice is as once.</summary>
    public void Tell(InstallationId installation, DateOnly day, long used, long limit) =>
        _ = Append(
            installation,
            [.. QuotaMarks.Reached(installation, day, used, limit, calendar.EndOf(day), time.GetUtcNow()).Select(one => one.ToIncoming())]
        );

    private async Task Append(InstallationId installation, System.Collections.Immutable.ImmutableArray<IncomingEvent> told)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                await grains.GetFeed(installation.Seller).Append(told, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                LogAgain(e, installation.ToString());
            }

            await Task.Delay(pause, TimeProvider.System);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Installation} could not be told how its calls stand; it is tried again.")]
    private partial void LogAgain(Exception exception, string installation);
}
