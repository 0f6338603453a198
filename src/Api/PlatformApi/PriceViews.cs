using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Billing;
using Marketplace.Catalogue;

namespace Marketplace.Api.PlatformApi;

/// <param name="EffectiveFrom">The first day with these prices, in Asia/Shanghai.</param>
/// <param name="Tiers">In rising order; the last bound is the daily limit.</param>
internal sealed record AnnouncePricesRequest(DateOnly? EffectiveFrom, ImmutableArray<PriceTierRequest>? Tiers);

/// <param name="UpTo">The last call of the day in this tier; inclusive.</param>
/// <param name="UnitPrice">Price of each call in it, in CNY.</param>
internal sealed record PriceTierRequest([property: JsonRequired] long UpTo, [property: JsonRequired] decimal UnitPrice);

/// <param name="Plugin">The plugin.</param>
/// <param name="Day">The current day of business.</param>
/// <param name="InForce">Number of the version in force on it.</param>
/// <param name="Versions">By effective day; the first is the one it was registered with.</param>
internal sealed record PriceListView(string Plugin, DateOnly Day, int InForce, IReadOnlyList<PriceVersionView> Versions)
{
    public static PriceListView Of(PluginId plugin, PriceSchedule schedule, DateOnly day) =>
        new(
            plugin.Value,
            day,
            schedule.On(day).Version,
            [PriceVersionView.Of(schedule.Initial, null, null), .. schedule.Announced.Select(PriceVersionView.Of)]
        );
}

/// <param name="Version">Number of the price book.</param>
/// <param name="EffectiveFrom">The first day with these prices; null for those the plugin was registered with.</param>
/// <param name="AnnouncedAt">Null for those it was registered with.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Tiers">In rising order.</param>
internal sealed record PriceVersionView(
    int Version,
    DateOnly? EffectiveFrom,
    DateTimeOffset? AnnouncedAt,
    string Currency,
    ImmutableArray<PriceTier> Tiers
)
{
    public static PriceVersionView Of(PriceVersion version) => Of(version.Book, version.EffectiveFrom, version.AnnouncedAt);

    public static PriceVersionView Of(PriceBook book, DateOnly? from, DateTimeOffset? announced) =>
        new(book.Version, from, announced, book.Currency, book.Tiers);
}
