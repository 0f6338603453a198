using System.Buffers.Binary;
using System.Text;
using Marketplace.Grains.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// The last net: Orleans gives up on an event that a subscriber's grain did not take for a long time, and acknowledges it. Here it becomes a dead
/// letter first, however long the store is away.
/// </summary>
internal sealed partial class DeliveryFailures(
    IDeadLetters deadLetters,
    IClusterManifestProvider manifest,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeliveryFailures> logger) : IStreamFailureHandler
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public bool ShouldFaultSubsriptionOnError => false;

    public async Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        var subscriber = SubscriberOf(subscriptionId.Guid);
        var stream = Encoding.UTF8.GetString(streamIdentity.Key.Span);
        var letter = new NewDeadLetter(
            subscriber, stream, sequenceToken?.SequenceNumber ?? 0, string.Empty, 0, string.Empty, "the subscriber did not answer", 1, time.GetUtcNow());
        while (!await TryPut(letter))
        {
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        // The events are delivered, or fail to be, all the same.
        LogSubscription(SubscriberOf(subscriptionId.Guid), streamIdentity);
        return Task.CompletedTask;
    }

    private async Task<bool> TryPut(NewDeadLetter letter)
    {
        try
        {
            await deadLetters.Put(letter, CancellationToken.None);
            LogDead(letter.Subscriber, letter.Stream, letter.Position);
            return true;
        }
        catch (StoreUnavailableException e)
        {
            LogWaiting(e, letter.Subscriber, letter.Stream, letter.Position);
            return false;
        }
    }

    // An implicit subscription's id begins with the hash of the subscriber's grain type; that is all Orleans tells of it here.
    private string SubscriberOf(Guid subscription)
    {
        Span<byte> bytes = stackalloc byte[16];
        subscription.TryWriteBytes(bytes);
        var hash = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return manifest.LocalGrainManifest.Grains.Keys.Where(type => type.GetUniformHashCode() == hash).Select(type => type.ToString()).FirstOrDefault()
            ?? "unknown";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subscriber} did not take the event of {Stream} at {Position}; it is a dead letter now.")]
    private partial void LogDead(string subscriber, string stream, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subscriber} did not take the event of {Stream} at {Position}, and no dead letter can be written.")]
    private partial void LogWaiting(Exception exception, string subscriber, string stream, long position);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Subscriber} could not be told of its stream {Stream}.")]
    private partial void LogSubscription(string subscriber, StreamId stream);
}
