using System.Collections.Concurrent;
using System.Threading.Channels;
using Marketplace.Journal;

namespace Marketplace.Grains.Journal;

/// <summary>One page's queue of facts. A page that does not read loses its place instead of filling the memory.</summary>
internal sealed class SellerListener(IEnumerable<string> streams, long from, Action<SellerListener> leave) : ISellerListener
{
    private const int Capacity = 1_000;

    private readonly ConcurrentDictionary<string, bool> _streams = new(
        streams.Select(stream => KeyValuePair.Create(stream, true)),
        StringComparer.Ordinal
    );
    private readonly Channel<AuditItem> _items = Channel.CreateBounded<AuditItem>(Capacity);
    private volatile bool _lost;

    public long From => from;

    public bool IsLost => _lost;

    public void Add(string stream) => _streams.TryAdd(stream, true);

    public bool TryRead(out AuditItem item) => _items.Reader.TryRead(out item!);

    public async Task Wait(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(atMost);
        await ((Task)_items.Reader.WaitToReadAsync(either.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => leave(this);

    /// <summary>Queues a fact of one of the streams; called by the reader alone.</summary>
    public void Hand(string stream, AuditItem item)
    {
        // Nothing after a gap: the page would come back with an id behind it.
        if (!_lost && _streams.ContainsKey(stream) && !_items.Writer.TryWrite(item))
        {
            _lost = true;
        }
    }
}
