namespace Marketplace.Orders;

/// <summary>
/// Which orders of a seller ship together: merges and their undoing, in the order of their stamps whatever comes first. Merging is
/// transitive: whoever was merged with one of them is now with all of them. Undoing names the orders, and each of those ships by itself.
/// </summary>
internal sealed class MergedOrders
{
    private readonly List<Step> _steps = [];
    private readonly Dictionary<string, Shipment> _shipments = new(StringComparer.Ordinal);

    /// <summary>Latest instant of a step; 0 if there is none.</summary>
    public long NewestTicks => _steps.Count > 0 ? _steps[^1].Stamp.Ticks : 0;

    /// <summary>Takes a merge or its undoing in.</summary>
    /// <returns>The orders that it names, those that ship with them, and those whose shipment is another one now.</returns>
    public IReadOnlyCollection<string> Note(Stamp stamp, IEnumerable<string> orders, bool isUndone)
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

    /// <summary>The orders that ship with an order, itself among them; empty if it ships by itself.</summary>
    public IEnumerable<string> ShipmentOf(string order) => _shipments.TryGetValue(order, out var shipment) ? shipment.Orders.Keys : [];

    /// <summary>The step by which the order stopped shipping by itself; the default if it did not.</summary>
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

        // An order that is merged with itself is merged with none.
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
