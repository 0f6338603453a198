namespace Marketplace.Grains.Events;

/// <summary>
/// The sealed parts of orders that were asked for lately, by their place in one feed: each point of a waybill asks again. Bounded in number
/// and bytes.
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

        // Calls that only read interleave, so another may have been faster.
        if (_parts.TryAdd(seq, part))
        {
            _bytes += part.Length;
        }
    }
}
