using Marketplace.Quotas;

namespace Marketplace.Grains.Quotas;

/// <summary>The last refused or failed calls of an installation; drops the oldest.</summary>
internal sealed class CallErrors
{
    private const int Capacity = 32;

    private CallError[]? _ring;
    private int _count;

    public void Add(CallError error)
    {
        _ring ??= new CallError[Capacity];
        _ring[_count++ % Capacity] = error;
    }

    public IReadOnlyList<CallError> NewestFirst() =>
        _ring is null ? [] : [.. Enumerable.Range(1, Math.Min(_count, Capacity)).Select(back => _ring[(_count - back) % Capacity])];
}
