using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Hands a fact to a subscriber: a failure is tried again a few times, then the fact becomes a dead letter and the stream goes on. Only a
/// store that takes no dead letter holds the stream up.
/// </summary>
internal sealed partial class AuditDelivery(
    IDeadLetters deadLetters,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<AuditDelivery> logger
)
{
    // All pauses together stay far below the time a grain call may take.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    /// <summary>Returns after the fact is handled or is a dead letter.</summary>
    /// <exception cref="StoreUnavailableException">It is neither, nor with the exceptions of a grain that cannot be reached.</exception>
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
                // A store that is away, a silo that has just gone: no fault of the fact. The stream delivers it again until they are back.
                throw;
            }
            catch (Exception e)
            {
                LogDead(e, subscriber.Type.ToString()!, item.Fact.Entity, item.Fact.Version, attempt);
                await deadLetters.Put(Letter(subscriber, item, e, attempt), CancellationToken.None);
                return;
            }

            // The system's clock: a test that holds the grains' clock still must not hold deliveries still.
            await Task.Delay(Pauses[attempt - 1], TimeProvider.System);
        }
    }

    /// <summary>What is kept of a failure: the exception's type, since its message may repeat data of the fact.</summary>
    public static string ErrorText(Exception e) =>
        e is AuditFailureException told ? told.Message
        : e.InnerException is null ? e.GetType().Name
        : $"{e.GetType().Name}: {e.InnerException.GetType().Name}";

    /// <summary>
    /// A store that is away, a silo that has just gone: worth repeating until they are back. A value that no store keeps is refused every
    /// time.
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

/// <summary>A failure whose message holds nobody's data and may be kept with the dead letter.</summary>
[GenerateSerializer, Alias("mp.audit.failure")]
public sealed class AuditFailureException(string message, Exception? innerException = null) : Exception(message, innerException);
