namespace Marketplace.Replay.Dataset;

/// <summary>
/// Splits a payment between the sellers of one order in proportion to their shares. A seller must not learn what the buyer paid to another,
/// and the parts must add up to the payment to the cent.
/// </summary>
internal static class Apportionment
{
    public static decimal[] Split(decimal amount, IReadOnlyList<decimal> weights)
    {
        var whole = weights.Sum();
        var shares = new decimal[weights.Count];
        var (reached, given) = (0m, 0m);
        for (var i = 0; i < shares.Length; i++)
        {
            reached += weights[i];
            var upTo =
                i == shares.Length - 1 ? amount
                : whole == 0 ? 0
                : decimal.Round(amount * reached / whole, 2, MidpointRounding.ToZero);
            shares[i] = upTo - given;
            given = upTo;
        }

        return shares;
    }
}
