namespace Marketplace.Replay.Billing;

/// <summary>The agreed prices, duplicated on purpose: a bill must not be checked with the code that made it.</summary>
internal static class PriceList
{
    /// <summary>From and up to are inclusive; amounts in CNY per call.</summary>
    public static readonly (int From, int UpTo, decimal Price, string Name)[] Tiers =
    [
        (1, 1_000, 0m, "1-1000"),
        (1_001, 5_000, 0.020m, "1001-5000"),
        (5_001, 20_000, 0.015m, "5001-20000"),
    ];

    /// <summary>The total cost of the first <paramref name="calls"/> calls of a day. 5,000 cost 80, 20,000 cost 305.</summary>
    public static decimal Rate(int calls) => Tiers.Sum(tier => Math.Max(0, Math.Min(calls, tier.UpTo) - tier.From + 1) * tier.Price);

    /// <summary>The tier of a day's n-th call; null above the last.</summary>
    public static (string Name, decimal Price)? TierOf(int seq) =>
        Tiers
            .Where(tier => seq >= tier.From && seq <= tier.UpTo)
            .Select(tier => ((string, decimal)?)(tier.Name, tier.Price))
            .FirstOrDefault();
}
