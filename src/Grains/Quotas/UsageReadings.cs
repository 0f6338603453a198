using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// Reads what installations have used, for their sellers. A page shows a hundred installations, most of them idle: starting a counter for
/// each would load their idempotency keys and keep them in memory for hours.
/// </summary>
internal sealed class UsageReadings(
    CallCounters counters,
    IUsageLedger ledger,
    IGrainFactory grains,
    MarketCalendar calendar,
    IOptions<QuotaOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
)
{
    /// <summary>See <see cref="IQuotaGate.ReadUsage"/>.</summary>
    public async ValueTask<SellerUsage?> Read(InstallationId installation, CancellationToken cancellationToken)
    {
        if (counters.TryGet(installation, out var counter) && counter.Usage() is { } usage)
        {
            return usage;
        }

        var now = time.GetUtcNow();
        var today = calendar.DayOf(now);
        var days = await LedgerHistory.ReadMonth(ledger, installation, today, cancellationToken);

        // With calls of today the counter runs, here or in another process, and knows of calls that are not in the ledger yet.
        return days.Any(day => day.Day >= today)
            ? await grains.GetGrain<IQuotaGrain>(GrainKeys.Quota(installation)).ReadUsage(cancellationToken)
            : await Rest(installation, days, now, cancellationToken);
    }

    private async Task<SellerUsage?> Rest(
        InstallationId installation,
        IReadOnlyList<MeteredDay> days,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var entitlement = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(installation)).GetEntitlement(cancellationToken);
        if (entitlement is null)
        {
            return null;
        }

        var history = UsageHistory.None with { Days = days, Errors = counters.ErrorsOf(installation) };
        var meter = new CallMeter(installation, calendar, entitlement, history, now, options.Value.ErrorsPerDay);
        return new SellerUsage(meter.View(now), meter.Prices(now), null);
    }
}
