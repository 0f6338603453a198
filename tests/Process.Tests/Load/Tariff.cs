namespace Marketplace.Process.Tests.Load;

/// <summary>The standard price, written a second time on purpose: the tests recount bills without the product's code (R48–R51).</summary>
internal static class Tariff
{
    /// <summary>Price of the day's n-th call, CNY.</summary>
    public static decimal PriceOf(long number) =>
        number switch
        {
            <= 1_000 => 0m,
            <= 5_000 => 0.020m,
            _ => 0.015m,
        };

    /// <summary>Price of the day's first calls together, CNY.</summary>
    public static decimal TotalOf(long calls) => (Math.Clamp(calls - 1_000, 0, 4_000) * 0.020m) + (Math.Max(calls - 5_000, 0) * 0.015m);
}
