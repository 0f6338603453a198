using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>One entry of a log on its way to the subscribers of one stream.</summary>
[GenerateSerializer, Immutable, Alias("mp.streaming.batch")]
internal sealed class LogBatch(StreamId streamId, long position, object item) : IBatchContainer
{
    [Id(0)]
    private readonly StreamId _streamId = streamId;

    [Id(1)]
    private readonly long _position = position;

    [Id(2)]
    private readonly object _item = item;

    public StreamId StreamId => _streamId;

    public long Position => _position;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(_position);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => _item is T item ? [Tuple.Create(item, SequenceToken)] : [];

    public bool ImportRequestContext() => false;
}
