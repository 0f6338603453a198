using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>
/// The current views of one seller's recently read orders. Read by any thread; changed by the owner of the index alone, which removes a
/// view while it folds the event that changes the order. So whoever got that event acknowledged never reads the order without it.
/// </summary>
public sealed class OrderViews
{
    /// <summary>Maximum views kept.</summary>
    public const int Capacity = 1_000;

    // Made at the first view: most sellers in memory are not being read.
    private volatile ConcurrentDictionary<string, OrderView>? _views;
    private int _count;

    /// <summary>The order, if its view is kept, under the sync window's bound on order creation.</summary>
    public bool TryGet(string id, DateTimeOffset? visibleFrom, out Outcome<OrderView> order)
    {
        if (!TryGet(id, out var view))
        {
            order = default;
            return false;
        }

        order = view.CreatedAt < visibleFrom ? SyncRefusals.OutsideWindow(visibleFrom.Value) : view;
        return true;
    }

    internal bool TryGet(string id, [NotNullWhen(true)] out OrderView? view)
    {
        view = null;
        return _views is { } views && views.TryGetValue(id, out view);
    }

    internal void Add(OrderView view)
    {
        _views ??= new(concurrencyLevel: 1, capacity: 4, StringComparer.Ordinal);
        if (_count >= Capacity)
        {
            _views.Clear();
            _count = 0;
        }

        _count += _views.TryAdd(view.Id, view) ? 1 : 0;
    }

    internal void Remove(string id) => _count -= _views is { } views && views.TryRemove(id, out _) ? 1 : 0;
}
