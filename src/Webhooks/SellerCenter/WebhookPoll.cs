using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Timing;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.SellerCenter;

/// <summary>Wakes the webhook grain of each seller with due webhooks.</summary>
internal sealed class WebhookPoll(
    IGrainFactory grains,
    INotifications notifications,
    IWebhookSender sender,
    IOptions<SellerCenterOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : IPolledWork
{
    // An unresponsive receiver delays these sellers only, and none for longer than a few attempts.
    private const int BatchSize = 64;

    public TimeSpan Period => options.Value.WebhookPeriod;

    public bool IsEnabled => sender.IsConfigured;

    public async Task Run(CancellationToken cancellationToken)
    {
        var due = await notifications.ReadDueSellers(time.GetUtcNow(), BatchSize, cancellationToken);
        await Task.WhenAll(due.Select(seller => grains.GetGrain<IWebhookGrain>(GrainKeys.Of(seller)).Deliver(cancellationToken)));
    }
}
