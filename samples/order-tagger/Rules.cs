namespace OrderTagger;

/// <summary>What this plugin does with an order. Pure.</summary>
internal static class Rules
{
    /// <summary>An order of more parcels is for a person to pack.</summary>
    public const int MaxParcels = 50;

    /// <summary>The flags that the order should have and does not have. Notes name no figure of the order: the order has them.</summary>
    public static IEnumerable<OrderFlag> MissingFlags(Order order, Settings settings)
    {
        if (order.Units > settings.FlagUnits)
        {
            yield return new OrderFlag("suspected-fraud", $"It has more than {settings.FlagUnits} units.");
        }
        else if (order.Total > settings.FlagTotal)
        {
            yield return new OrderFlag("suspected-fraud", "The total is above the limit.");
        }

        if (string.IsNullOrEmpty(order.Buyer?.PostcodePrefix))
        {
            yield return new OrderFlag("address-problem", "There is no postcode.");
        }
    }

    /// <summary>The order's units in parcels of at most so many, line by line; empty if it is to stay whole.</summary>
    public static IReadOnlyList<Parcel> Split(Order order, int units)
    {
        if (order.Units <= units || order.Units > (long)units * MaxParcels || order.Parcels.Count > 0 || order.MergedWith.Count > 0)
        {
            return [];
        }

        var (parcels, items, room) = (new List<Parcel>(), new List<ParcelItem>(), units);
        foreach (var item in order.Items)
        {
            for (var left = item.ToShip; left > 0; )
            {
                var packed = Math.Min(left, room);
                items.Add(new ParcelItem(item.Line, packed));
                (left, room) = (left - packed, room - packed);
                if (room == 0)
                {
                    parcels.Add(new Parcel(items));
                    (items, room) = ([], units);
                }
            }
        }

        return items.Count == 0 ? parcels : [.. parcels, new Parcel(items)];
    }

    /// <summary>Whether two orders may be of one parcel. Whether the buyer is the same, only the marketplace can tell.</summary>
    public static bool MayShipTogether(Order order, Order other) =>
        other.OrderId != order.OrderId
        && other.IsOpen
        && other.Parcels.Count == 0
        && !order.MergedWith.Contains(other.OrderId)
        && order.Buyer is { Region: not null, Country: not null }
        && (other.Buyer?.Region, other.Buyer?.Country) == (order.Buyer.Region, order.Buyer.Country);
}
