using System.Collections.Frozen;
using Marketplace.Replay.Http;

namespace Marketplace.Replay.Deliveries;

/// <summary>Assigns delivery modes by the installation's number only, so that they are the same in every run.</summary>
internal static class Roster
{
    /// <summary>Every tenth push installation requires all of its seller's events in order.</summary>
    private const int PerSellerEvery = 10;

    private const int BatchSize = 20;
    private static readonly string[] Wanted = ["orders.read", "logistics.read", "products.read"];

    public static List<Mandate> Of(IReadOnlyList<string> sellers, DemoPlugin plugin, DeliveryOptions options)
    {
        var scopes = Wanted.Where(plugin.Scopes.Contains).ToFrozenSet(StringComparer.Ordinal);
        return
        [
            .. sellers.Select(
                (seller, number) =>
                    IsIn(options.PullShare, number)
                        ? new Mandate(seller, plugin.Id, scopes, null, false, 1)
                        : new Mandate(
                            seller,
                            plugin.Id,
                            scopes,
                            number % options.Receivers,
                            number % PerSellerEvery == 1,
                            IsIn(options.BatchShare, number / 2) ? BatchSize : 1
                        )
            ),
        ];
    }

    /// <summary>The requested plugin, or the one with the most owed events.</summary>
    /// <exception cref="UsageException">There is no such plugin.</exception>
    public static DemoPlugin Plugin(DemoFile demo, string? wanted) =>
        demo.Plugins.Where(plugin => wanted is null ? plugin.Scopes.Contains("orders.read") : plugin.Id == wanted)
            .MaxBy(plugin => Wanted.Count(plugin.Scopes.Contains))
        ?? throw new UsageException(
            wanted is null ? "no plugin of demo.json may read orders; choose one with --plugin" : $"there is no plugin {wanted}"
        );

    /// <summary>Spreads a percentage evenly over the numbers.</summary>
    private static bool IsIn(int percent, int number) => (number + 1) * percent / 100 > number * percent / 100;
}
