using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>The prices in force with an estimate from the seller's own last 30 days (R53).</summary>
internal sealed partial class PriceOffers(
    IGrainFactory grains,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<PriceOffers> logger
)
{
    /// <summary>Time-out for usage and orders: the estimate must not delay or prevent a consent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The current day of business.</summary>
    public DateOnly Today => calendar.DayOf(time.GetUtcNow());

    /// <summary>The offer of a plugin to a seller; without an estimate if it cannot be made now.</summary>
    public async Task<PriceOffer> Of(InstallationId id, PluginProfile plugin, CancellationToken cancellationToken)
    {
        var today = Today;
        var prices = plugin.PriceSchedule.On(today);
        return new PriceOffer(prices, plugin.PriceSchedule.NextAfter(today), await Estimate(id, prices, today, cancellationToken));
    }

    private async Task<CostEstimate?> Estimate(InstallationId id, PriceBook prices, DateOnly today, CancellationToken cancellationToken)
    {
        try
        {
            return await Read(id, prices, today, cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogWithout(e, id.ToString());
            return null;
        }
    }

    private async Task<CostEstimate> Read(InstallationId id, PriceBook prices, DateOnly today, CancellationToken cancellationToken)
    {
        var (from, yesterday) = (today.AddDays(-CostEstimate.Days), today.AddDays(-1));
        var usage = await grains.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(id)).Read(cancellationToken);
        var calls = usage
            .Operations.SelectMany(operation => operation.Days)
            .Where(day => day.Key < today)
            .GroupBy(day => day.Key, day => day.Value)
            .ToDictionary(day => day.Key, day => day.Sum());
        var counted = calls.Where(day => day.Key >= from).Select(day => day.Value).ToArray();
        if (counted.Length > 0)
        {
            return CostEstimate.OfCalls(prices, counted, await DaysOf(id, calls.Keys.Min(), today, cancellationToken));
        }

        var orders = await grains.GetFeed(id.Seller).CountOrders(from, yesterday, cancellationToken);
        return CostEstimate.OfOrders(prices, [.. orders.Select(day => (long)day.Orders)]);
    }

    /// <summary>How many complete days of use the statistics cover: since it was enabled, or called before it was enabled again.</summary>
    private async Task<int> DaysOf(InstallationId id, DateOnly firstCall, DateOnly today, CancellationToken cancellationToken)
    {
        var answer = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken);
        var enabled = answer is null ? firstCall : calendar.DayOf(answer.State.EnabledAt);
        return CostEstimate.DaysSince(enabled < firstCall ? enabled : firstCall, today);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The prices of {Installation} are shown without an estimate.")]
    private partial void LogWithout(Exception exception, string installation);
}
