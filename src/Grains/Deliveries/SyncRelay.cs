using Marketplace.Catalogue;
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
/// Wakes the deliveries of a seller's plugins when the seller's feed has grown; volatile. Wake-ups come at least once and carry only the
/// feed's last position; the deliveries read the events themselves, behind their own cursors.
/// </summary>
// One for each seller, unlike the subscribers of the audit streams: a delivery that cannot be woken holds up its own seller only. So it
// must not stay in memory for long after the last event.
[GrainType(ISyncRelay.Name), ImplicitStreamSubscription(Streams.Sync), CollectionAgeLimit(Minutes = 5)]
internal sealed partial class SyncRelay(LostWakeUps lost, RelayMetrics metrics, ILogger<SyncRelay> logger)
    : Grain,
        ISyncRelay,
        IStreamSubscriptionObserver,
        IAsyncObserver<FeedGrowth>
{
    private const int Attempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private long _wokenTo;

    private SellerId Seller => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<FeedGrowth>().ResumeAsync(this);

    public async Task OnNextAsync(FeedGrowth item, StreamSequenceToken? token = null)
    {
        for (var attempt = 1; item.Seq > _wokenTo; attempt++)
        {
            try
            {
                await WakeAll(item.Seq, CancellationToken.None);
            }
            catch (Exception e) when (AuditDelivery.IsPassing(e))
            {
                // The stream delivers it again until the store or the silo is back.
                LogRetry(e, Seller, attempt);
                throw;
            }
            catch (Exception e) when (attempt < Attempts)
            {
                LogRetry(e, Seller, attempt);
                await Task.Delay(Pause, TimeProvider.System);
            }
            catch (Exception e)
            {
                await lost.Record(this.GetPrimaryKeyString(), e, attempt);
                return;
            }
        }
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task CatchUp(CancellationToken cancellationToken) =>
        await WakeAll(await GrainFactory.GetFeed(Seller).GetHead(cancellationToken), cancellationToken);

    // Not cached: a list kept even for a moment would miss a plugin that was enabled just before its first event.
    private async Task WakeAll(long seq, CancellationToken cancellationToken)
    {
        var plugins = await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(Seller)).GetPlugins(cancellationToken);
        var failures = (await Task.WhenAll(plugins.Select(plugin => Wake(plugin, seq)))).OfType<Exception>().ToArray();
        metrics.Woken(plugins.Length - failures.Length);
        if (failures.Length > 0)
        {
            // If one failure is transient, the repetition is worth it for all of them.
            throw failures.FirstOrDefault(AuditDelivery.IsPassing) ?? failures[0];
        }

        _wokenTo = Math.Max(_wokenTo, seq);
    }

    /// <summary>Null if it was woken. A plugin that cannot be woken must not keep the others from it, so nothing is thrown.</summary>
    private async Task<Exception?> Wake(PluginId plugin, long seq)
    {
        try
        {
            await GrainFactory.GetDelivery(new InstallationId(Seller, plugin)).Wake(seq);
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
