namespace Marketplace.Grains.Events;

/// <summary>
/// Cache of recently requested sealed parts of orders, by their position in one feed: each tracking point of a waybill asks again. Bounded
/// in number and bytes.
/// </summary>
internal sealed class SealedParts
{
    private const int MaxParts = 1_000;
    private const int MaxBytes = 1024 * 1024;

    private readonly Dictionary<long, ReadOnlyMemory<byte>> _parts = [];
    private int _bytes;

    public bool TryGet(long seq, out ReadOnlyMemory<byte> part) => _parts.TryGetValue(seq, out part);

    public void Add(long seq, ReadOnlyMemory<byte> part)
    {
        if (_parts.Count >= MaxParts || _bytes + part.Length > MaxBytes)
        {
            _parts.Clear();
            _bytes = 0;
        }

        // Read-only calls interleave, so another may have added it first.
        if (_parts.TryAdd(seq, part))
        {
            _bytes += part.Length;
        }
    }
}
