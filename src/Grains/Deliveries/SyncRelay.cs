using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Wakes the deliveries of sellers' plugins when their feeds have grown; volatile. Wake-ups come at least once and carry only the feed's
/// last position; the deliveries read the events themselves, behind their own cursors.
/// </summary>
[GrainType(ISyncRelay.Name), ImplicitStreamSubscription(Streams.Sync)]
internal sealed partial class SyncRelay(LostWakeUps lost, RelayMetrics metrics, ILogger<SyncRelay> logger)
    : Grain,
        ISyncRelay,
        IStreamSubscriptionObserver,
        IAsyncObserver<FeedGrowth>
{
    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<FeedGrowth>().ResumeAsync(this);

    public async Task OnNextAsync(FeedGrowth item, StreamSequenceToken? token = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WakeAll(item.Seller, item.Seq, CancellationToken.None);
                return;
            }
            catch (Exception e) when (AuditDelivery.IsPassing(e))
            {
                // The stream delivers it again until the store or the silo is back.
                LogRetry(e, item.Seller, attempt);
                throw;
            }
            catch (Exception e) when (attempt < Attempts)
            {
                LogRetry(e, item.Seller, attempt);
                await Task.Delay(Pause, TimeProvider.System);
            }
            catch (Exception e)
            {
                await lost.Record(item.Seller, e, attempt);
                return;
            }
        }
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task CatchUp(CancellationToken cancellationToken)
    {
        var seller = GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());
        await WakeAll(seller, await GrainFactory.GetFeed(seller).GetHead(cancellationToken), cancellationToken);
    }

    // Not cached: a list kept even for a moment would miss a plugin that was enabled just before its first event.
    private async Task WakeAll(SellerId seller, long seq, CancellationToken cancellationToken)
    {
        var plugins = await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(cancellationToken);
        var failures = (await Task.WhenAll(plugins.Select(plugin => Wake(new InstallationId(seller, plugin), seq))))
            .OfType<Exception>()
            .ToArray();
        metrics.Woken(plugins.Length - failures.Length);
        if (failures.Length > 0)
        {
            // If one failure is transient, the repetition is worth it for all of them.
            throw failures.FirstOrDefault(AuditDelivery.IsPassing) ?? failures[0];
        }
    }

    /// <summary>Null if it was woken. A plugin that cannot be woken must not keep the others from it, so nothing is thrown.</summary>
    private async Task<Exception?> Wake(InstallationId installation, long seq)
    {
        try
        {
            await GrainFactory.GetDelivery(installation).Wake(seq);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The deliveries of {Seller} could not be woken (attempt {Attempt}).")]
    private partial void LogRetry(Exception exception, SellerId seller, int attempt);
}
