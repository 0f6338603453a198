namespace Marketplace.Orders;

/// <summary>
/// Tracks which orders of a seller ship together: merges and unmerges, applied in the order of their stamps, however they arrive. Merging
/// is transitive: orders merged with one of a shipment join all of it. Unmerging names orders, and each of those ships by itself.
/// </summary>
internal sealed class MergedOrders
{
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, Shipment> _shipments = new(StringComparer.Ordinal);

    /// <summary>Latest instant of a step; 0 without any.</summary>
    public long NewestTicks => _steps.Count > 0 ? _steps[^1].Stamp.Ticks : 0;

    /// <summary>Adds a merge or an unmerge.</summary>
    /// <returns>The named orders, those that ship with them, and those whose shipment has changed.</returns>
    public IReadOnlyCollection<string> Record(Stamp stamp, IEnumerable<string> orders, bool isUndone)
    {
        var step = new Step(stamp, [.. orders.Distinct(StringComparer.Ordinal)], isUndone);
        var touched = new HashSet<string>(step.Orders.SelectMany(Around), StringComparer.Ordinal);
        if (_steps.Count == 0 || _steps[^1].Stamp.CompareTo(stamp) < 0)
        {
            _steps.Add(step);
            Apply(step);
        }
        else
        {
            touched.UnionWith(_shipments.Keys);
            _steps.Insert(_steps.FindIndex(later => later.Stamp.CompareTo(stamp) > 0), step);
            _shipments.Clear();
            _steps.ForEach(Apply);
            touched.UnionWith(_shipments.Keys);
        }

        touched.UnionWith(step.Orders.SelectMany(Around));
        return touched;
    }

    /// <summary>The orders of an order's shipment, including it; empty if it ships by itself.</summary>
    public IEnumerable<string> ShipmentOf(string order) => _shipments.TryGetValue(order, out var shipment) ? shipment.Orders.Keys : [];

    /// <summary>The step by which the order stopped shipping by itself; the default if it still does.</summary>
    public Stamp Since(string order) => _shipments.TryGetValue(order, out var shipment) ? shipment.Orders[order] : default;

    private IEnumerable<string> Around(string order) => ShipmentOf(order).Append(order);

    private void Apply(Step step)
    {
        if (step.IsUndone)
        {
            foreach (var order in step.Orders)
            {
                Leave(order);
            }
        }
        else
        {
            Join(step);
        }
    }

    private void Join(Step step)
    {
        var joined = new Shipment();
        foreach (var order in step.Orders)
        {
            joined.Orders.TryAdd(order, step.Stamp);
            foreach (var (other, since) in _shipments.TryGetValue(order, out var shipment) ? shipment.Orders : [])
            {
                joined.Orders[other] = since;
            }
        }

        // Merging an order with itself has no effect.
        foreach (var order in joined.Orders.Count > 1 ? joined.Orders.Keys : (IEnumerable<string>)[])
        {
            _shipments[order] = joined;
        }
    }

    private void Leave(string order)
    {
        if (!_shipments.Remove(order, out var shipment))
        {
            return;
        }

        shipment.Orders.Remove(order);
        if (shipment.Orders.Count == 1)
        {
            _shipments.Remove(shipment.Orders.Keys.Single());
        }
    }

    private sealed record Step(Stamp Stamp, string[] Orders, bool IsUndone);

    private sealed class Shipment
    {
        /// <summary>The orders, each with the step by which it stopped shipping by itself.</summary>
        public Dictionary<string, Stamp> Orders { get; } = new(StringComparer.Ordinal);
    }
}
