using System.Text;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>Assigns streams to queues by our own hash of the key: if the assignment changed, a stored cursor would skip events.</summary>
internal sealed class LogQueues : IConsistentRingStreamQueueMapper
{
    private readonly Dictionary<string, QueueId[]> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StreamId[]> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<QueueId, (QueueShare Share, ILogSource Source)> _owners = [];

    public LogQueues(IEnumerable<ILogSource> sources)
    {
        foreach (var source in sources)
        {
            Spread(source);
        }
    }

    public IEnumerable<QueueId> GetAllQueues() => _owners.Keys;

    public IEnumerable<QueueId> GetQueuesForRange(IRingRange range) =>
        _owners.Keys.Where(queue => range.InRange(queue.GetUniformHashCode()));

    public QueueId GetQueueForStream(StreamId streamId)
    {
        var name = streamId.GetNamespace() ?? string.Empty;
        var shard = _shards.TryGetValue(name, out var streams) ? Array.IndexOf(streams, streamId) : -1;
        return shard < 0 ? QueueOf(name, Encoding.UTF8.GetString(streamId.Key.Span)) : _queues[name][shard % _queues[name].Length];
    }

    /// <summary>The stream that carries a key. All keys of a stream are in its queue.</summary>
    public StreamId StreamOf(string streamNamespace, string key) =>
        _shards.TryGetValue(streamNamespace, out var streams)
            ? streams[Hash(key) % (uint)streams.Length]
            : StreamId.Create(streamNamespace, key);

    /// <summary>The queue of a key.</summary>
    public QueueId QueueOf(string streamNamespace, string key) =>
        _queues.TryGetValue(streamNamespace, out var queues)
            ? queues[Hash(key) % (uint)queues.Length]
            : throw new InvalidOperationException($"No log fills the stream namespace '{streamNamespace}'.");

    public (QueueShare Share, ILogSource Source) OwnerOf(QueueId queue) => _owners[queue];

    // Spread evenly over the ring, so that each silo gets its part of every namespace; each source separately, so that adding one moves no
    // queue.
    private void Spread(ILogSource source)
    {
        var total = source.Shares.Sum(share => share.Queues);
        var place = 0;
        foreach (var share in source.Shares)
        {
            var queues = Enumerable
                .Range(0, share.Queues)
                .Select(i => QueueId.GetQueueId(share.Namespace, (uint)i, (uint)((uint.MaxValue / total) * (place + i))))
                .ToArray();
            foreach (var name in share.Topics.Prepend(share.Namespace))
            {
                _queues.Add(name, queues);
                if (share.Streams > 0)
                {
                    _shards.Add(name, [.. Enumerable.Range(0, share.Streams).Select(i => StreamId.Create(name, GrainKeys.Shard(i)))]);
                }
            }

            Array.ForEach(queues, queue => _owners.Add(queue, (share, source)));
            place += share.Queues;
        }
    }

    /// <summary>The name of a queue's stored cursor.</summary>
    public static string NameOf(QueueId queue) => FormattableString.Invariant($"{queue.GetStringNamePrefix()}-{queue.GetNumericId()}");

    // FNV-1a: simple and stable; it must never change.
    private static uint Hash(string key)
    {
        var hash = 2_166_136_261u;
        foreach (var octet in Encoding.UTF8.GetBytes(key))
        {
            hash = unchecked((hash ^ octet) * 16_777_619u);
        }

        return hash;
    }
}
