namespace Marketplace.Replay.Dataset;

/// <summary>
/// Tracking points derived from the order's own instants. Places are regions only: a city would be the buyer's private data.
/// </summary>
internal static class Waybills
{
    private static readonly string[] Carriers = ["postal", "express", "road"];

    /// <summary>Null for an order that was never shipped.</summary>
    public static Waybill? For(string source, string seller, string order, OrderTimes times, string from, string to)
    {
        if (times.Shipped is not { } shipped)
        {
            return null;
        }

        var hash = StableHash.Hex(13, source, seller, order);
        List<TrackPoint> points = [new(shipped, "picked-up", from)];
        if (times.Delivered is { } delivered)
        {
            if (delivered > shipped)
            {
                var halfWay = new DateTimeOffset(shipped.Ticks + ((delivered.UtcTicks - shipped.UtcTicks) / 2), shipped.Offset);
                points.Add(new TrackPoint(WholeSecond(halfWay), "in-transit", from));
            }

            points.Add(new TrackPoint(delivered, "delivered", to));
        }

        return new Waybill($"RP{hash[..12].ToUpperInvariant()}", Carriers[Convert.ToInt32(hash[12..], 16) % Carriers.Length], points);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
}
