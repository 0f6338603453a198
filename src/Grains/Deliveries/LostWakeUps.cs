using Marketplace.Deliveries;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Keeps that a seller's deliveries could not be woken, as one dead letter of the seller however often it happens: no event is lost by it,
/// since they stand in the feed, and a retry of the letter wakes for all of them.
/// </summary>
internal sealed partial class LostWakeUps(
    IDeadLetters deadLetters,
    RelayMetrics metrics,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<LostWakeUps> logger
)
{
    /// <summary>The letters' type: there is no fact of the journal behind them.</summary>
    public const string Type = "feed-news";

    /// <exception cref="StoreUnavailableException">It is not known to be kept.</exception>
    public async Task Keep(string stream, Exception cause, int attempts)
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
