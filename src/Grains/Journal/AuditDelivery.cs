using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Delivers a fact to a subscriber: a failure is retried a few times, then the fact becomes a dead letter and the stream continues. Only a
/// store that accepts no dead letter blocks the stream.
/// </summary>
internal sealed partial class AuditDelivery(
    IDeadLetters deadLetters,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<AuditDelivery> logger
)
{
    // The pauses' sum must stay far below the time limit of a grain call.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    /// <summary>Returns once the fact is handled or is a dead letter.</summary>
    /// <exception cref="StoreUnavailableException">It is neither; also throws the exceptions of an unreachable grain.</exception>
    public async Task Deliver(GrainId subscriber, AuditItem item, Func<AuditItem, CancellationToken, Task> handle)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await handle(item, CancellationToken.None);
                return;
            }
            catch (Exception e) when (attempt <= Pauses.Length)
            {
                LogAgain(e, subscriber.Type.ToString()!, item.Fact.Entity, item.Fact.Version, attempt);
            }
            catch (Exception e) when (IsPassing(e))
            {
                // The store is down or a silo has just stopped, so the fact is not at fault. The stream redelivers it until they are back.
                throw;
            }
            catch (Exception e)
            {
                LogDead(e, subscriber.Type.ToString()!, item.Fact.Entity, item.Fact.Version, attempt);
                await deadLetters.Put(Letter(subscriber, item, e, attempt), CancellationToken.None);
                return;
            }

            // Use the system clock: a test that freezes the grains' clock must not freeze deliveries.
            await Task.Delay(Pauses[attempt - 1], TimeProvider.System);
        }
    }

    /// <summary>The stored description of a failure: only the exception's type, since its message may quote data of the fact.</summary>
    public static string ErrorText(Exception e) =>
        e is AuditFailureException failure ? failure.Message
        : e.InnerException is null ? e.GetType().Name
        : $"{e.GetType().Name}: {e.InnerException.GetType().Name}";

    /// <summary>
    /// True for a store outage or a silo that has just stopped: worth retrying until they are back. A value that the store refuses is
    /// refused every time.
    /// </summary>
    public static bool IsPassing(Exception e) =>
        e
            is StoreUnavailableException
                or TimeoutException
                or OperationCanceledException
                or (OrleansException and not ValueRefusedException);

    private NewDeadLetter Letter(GrainId subscriber, AuditItem item, Exception e, int attempts) =>
        new(
            subscriber.Type.ToString()!,
            subscriber.Key.ToString()!,
            item.Position,
            item.Fact.Entity,
            item.Fact.Version,
            item.Fact.Type,
            ErrorText(e),
            attempts,
            time.GetUtcNow()
        );

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Subscriber} could not handle {Entity} #{Version} (attempt {Attempt}).")]
    private partial void LogAgain(Exception exception, string subscriber, string entity, long version, int attempt);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Subscriber} could not handle {Entity} #{Version} in {Attempts} attempts; it is a dead letter now."
    )]
    private partial void LogDead(Exception exception, string subscriber, string entity, long version, int attempts);
}

/// <summary>A failure with a message free of personal data, which may be stored with the dead letter.</summary>
[GenerateSerializer, Alias("mp.audit.failure")]
public sealed class AuditFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
