namespace Marketplace.Sync;

/// <summary>One waybill in memory. It belongs to the order that named it first.</summary>
internal sealed class TrackEntry(string id)
{
    private readonly SortedDictionary<Stamp, TrackPoint> _points = [];
    private Earliest<string> _order;
    private Latest<string> _carrier;

    /// <summary>The plugin's write that named the waybill for an order: a repeat is answered with it.</summary>
    private readonly Dictionary<string, (string EventId, long Seq)> _written = new(StringComparer.Ordinal);

    public string OrderId => _order.Value!;

    public string? Carrier => _carrier.Value;

    public void Name(string orderId, string? carrier, Stamp stamp)
    {
        _order.Set(orderId, stamp);
        if (carrier is not null)
        {
            _carrier.Set(carrier, stamp);
        }
    }

    public void Write(string orderId, string eventId, long seq) => _written[orderId] = (eventId, seq);

    public (string EventId, long Seq)? WrittenFor(string orderId) => _written.TryGetValue(orderId, out var written) ? written : null;

    public long NewestTicks => Math.Max(_carrier.Stamp.Ticks, _points.Count > 0 ? _points.Keys.Last().Ticks : 0);

    public void Pass(EventContent.TrackUpdated point, Stamp stamp) =>
        _points[stamp] = new TrackPoint(new DateTimeOffset(stamp.Ticks, TimeSpan.Zero), point.Status, point.Location);

    public TrackView View() => new(id, OrderId, Carrier, [.. _points.Values]);
}
