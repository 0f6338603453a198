using System.Buffers.Binary;
using System.Text;
using Marketplace.Deliveries;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// The last resort: when Orleans gives up on an event that a subscriber has not handled for a long time, it acknowledges it. Here the event
/// becomes a dead letter first, however long the store is down. For a feed's wake-ups, the deliveries are woken instead: only the wake-up
/// was lost.
/// </summary>
internal sealed partial class DeliveryFailures(
    IDeadLetters deadLetters,
    LostWakeUps lostNews,
    IGrainFactory grains,
    IClusterManifestProvider manifest,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeliveryFailures> logger
) : IStreamFailureHandler
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public bool ShouldFaultSubsriptionOnError => false;

    public async Task OnDeliveryFailure(
        GuidId subscriptionId,
        string streamProviderName,
        StreamId streamIdentity,
        StreamSequenceToken? sequenceToken
    )
    {
        var subscriber = SubscriberOf(subscriptionId.Guid);
        var stream = Encoding.UTF8.GetString(streamIdentity.Key.Span);
        if (subscriber == ISyncRelay.Name)
        {
            await UntilStoreAnswers(() => CatchUp(stream), subscriber, stream, sequenceToken);
            return;
        }

        var letter = new NewDeadLetter(
            subscriber,
            stream,
            sequenceToken?.SequenceNumber ?? 0,
            string.Empty,
            0,
            string.Empty,
            "the subscriber did not answer",
            1,
            time.GetUtcNow()
        );
        await UntilStoreAnswers(() => deadLetters.Put(letter, CancellationToken.None), subscriber, stream, sequenceToken);
        LogDead(subscriber, stream, letter.Position);
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId,
        string streamProviderName,
        StreamId streamIdentity,
        StreamSequenceToken? sequenceToken
    )
    {
        // The events are delivered, or fail to be, all the same.
        LogSubscription(SubscriberOf(subscriptionId.Guid), streamIdentity);
        return Task.CompletedTask;
    }

    // Only a feed's wake-up was given up; waking the deliveries now is equivalent.
    private async Task CatchUp(string stream)
    {
        try
        {
            await grains.GetGrain<ISyncRelay>(stream).CatchUp(CancellationToken.None);
            LogCaughtUp(stream);
        }
        catch (Exception e) when (e is not StoreUnavailableException)
        {
            await lostNews.Record(stream, e, 1);
        }
    }

    private async Task UntilStoreAnswers(Func<Task> work, string subscriber, string stream, StreamSequenceToken? at)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (StoreUnavailableException e)
            {
                LogWaiting(e, subscriber, stream, at?.SequenceNumber ?? 0);
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    // An implicit subscription's id begins with the hash of the subscriber's grain type; Orleans provides nothing else here.
    private string SubscriberOf(Guid subscription)
    {
        Span<byte> bytes = stackalloc byte[16];
        subscription.TryWriteBytes(bytes);
        var hash = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return manifest
            .LocalGrainManifest.Grains.Keys.Where(type => type.GetUniformHashCode() == hash)
            .Select(type => type.ToString())
            .FirstOrDefault()
            ?? "unknown";
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Subscriber} did not handle the event of {Stream} at {Position}; stored it as a dead letter."
    )]
    private partial void LogDead(string subscriber, string stream, long position);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Subscriber} did not handle the event of {Stream} at {Position}, and the store is unavailable."
    )]
    private partial void LogWaiting(Exception exception, string subscriber, string stream, long position);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Woke the deliveries of {Stream} after a lost wake-up.")]
    private partial void LogCaughtUp(string stream);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not notify {Subscriber} of its stream {Stream}.")]
    private partial void LogSubscription(string subscriber, StreamId stream);
}
