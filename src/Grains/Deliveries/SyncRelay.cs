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
/// Tells the deliveries of a seller's plugins that the seller's feed has grown; volatile. News come at least once and say only up to where;
/// the events are read from the feed by the deliveries themselves, behind their own cursors.
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

    private long _told;

    private SellerId Seller => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<FeedGrowth>().ResumeAsync(this);

    public async Task OnNextAsync(FeedGrowth item, StreamSequenceToken? token = null)
    {
        for (var attempt = 1; item.Seq > _told; attempt++)
        {
            try
            {
                await Tell(item.Seq, CancellationToken.None);
            }
            catch (Exception e) when (AuditDelivery.IsPassing(e))
            {
                // The stream delivers it again until the store or the silo is back.
                LogAgain(e, Seller, attempt);
                throw;
            }
            catch (Exception e) when (attempt < Attempts)
            {
                LogAgain(e, Seller, attempt);
                await Task.Delay(Pause, TimeProvider.System);
            }
            catch (Exception e)
            {
                await lost.Keep(this.GetPrimaryKeyString(), e, attempt);
                return;
            }
        }
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task CatchUp(CancellationToken cancellationToken) =>
        await Tell(await GrainFactory.GetFeed(Seller).GetHead(cancellationToken), cancellationToken);

    // The list is asked for anew every time: one that was kept for a moment would miss a plugin that was enabled just before its first
    // event.
    private async Task Tell(long seq, CancellationToken cancellationToken)
    {
        var plugins = await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(Seller)).GetPlugins(cancellationToken);
        var failures = (await Task.WhenAll(plugins.Select(plugin => Wake(plugin, seq)))).OfType<Exception>().ToArray();
        metrics.Woken(plugins.Length - failures.Length);
        if (failures.Length > 0)
        {
            // What passes is worth a repetition for all of them.
            throw failures.FirstOrDefault(AuditDelivery.IsPassing) ?? failures[0];
        }

        _told = Math.Max(_told, seq);
    }

    /// <summary>Null if it was woken. One plugin that cannot be woken must not keep the others asleep.</summary>
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
    private partial void LogAgain(Exception exception, SellerId seller, int attempt);
}
