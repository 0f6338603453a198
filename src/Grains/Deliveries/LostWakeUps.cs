using Marketplace.Deliveries;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Records that a seller's deliveries could not be woken: one dead letter per seller, however often it happens. No event is lost, because
/// the feed has them, and a retry of the letter wakes the deliveries for all of them.
/// </summary>
internal sealed partial class LostWakeUps(
    IDeadLetters deadLetters,
    RelayMetrics metrics,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<LostWakeUps> logger
)
{
    /// <summary>The letters' type, because no journal fact is behind them. Stored, so it keeps its text.</summary>
    public const string Type = "feed-news";

    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    public async Task Record(string stream, Exception cause, int attempts)
    {
        var seller = GrainKeys.Parse<SellerId>(stream);
        var error = AuditDelivery.ErrorText(cause);
        await deadLetters.Put(
            new NewDeadLetter(ISyncRelay.Name, stream, 0, GrainKeys.Feed(seller), 0, Type, error, attempts, time.GetUtcNow()),
            CancellationToken.None
        );
        metrics.Lost();
        LogLost(cause, seller);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The deliveries of {Seller} could not be woken; it is a dead letter now.")]
    private partial void LogLost(Exception exception, SellerId seller);
}
