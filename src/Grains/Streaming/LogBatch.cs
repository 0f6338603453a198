using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>One entry of a log on its way to the subscribers of one stream.</summary>
[GenerateSerializer, Immutable, Alias("mp.streaming.batch")]
internal sealed class LogBatch(StreamId streamId, long position, int index, object item) : IBatchContainer
{
    [Id(0)]
    private readonly StreamId _streamId = streamId;

    [Id(1)]
    private readonly long _position = position;

    [Id(2)]
    private readonly object _item = item;

    [Id(3)]
    private readonly int _index = index;

    public StreamId StreamId => _streamId;

    /// <summary>The place within its queue: the entry's position in the log, and the number of its stream among the entry's.</summary>
    public (long Position, int Index) Place => (_position, _index);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(_position, _index);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => _item is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext() => false;
}
