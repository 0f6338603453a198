using Marketplace.Grains.Ports;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>
/// Durable Orleans streams over the logs: appending to a log is publishing, and a cursor per queue is the only delivery state. Nothing is
/// published through the stream itself.
/// </summary>
/// <param name="name">The provider's name.</param>
/// <param name="queues">Assigns streams to queues.</param>
/// <param name="cursors">How far each queue is delivered.</param>
/// <param name="failures">Records what cannot be delivered.</param>
/// <param name="logs">Makes the receivers' loggers.</param>
/// <param name="stopping">Cancelled when the process begins to stop: its queues then wait for no more appends.</param>
internal sealed class LogAdapter(
    string name,
    LogQueues queues,
    IStreamCursors cursors,
    IStreamFailureHandler failures,
    ILoggerFactory logs,
    CancellationToken stopping
) : IQueueAdapter, IQueueAdapterFactory
{
    // A tenth of it is read at once; a subscriber that lags by all of it blocks its queue.
    private const int CacheSize = 4_096;

    private readonly SimpleQueueAdapterCache _cache = new(new SimpleQueueCacheOptions { CacheSize = CacheSize }, name, logs);

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId,
        IEnumerable<T> events,
        StreamSequenceToken? token,
        Dictionary<string, object>? requestContext
    ) => throw new NotSupportedException("These streams are read from the logs: append to a log instead.");

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
        new LogReceiver(queueId, queues, cursors, logs.CreateLogger<LogReceiver>(), stopping);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => queues;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult(failures);
}
