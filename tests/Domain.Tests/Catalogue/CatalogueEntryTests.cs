using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Journal;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Catalogue;

/// <summary>What a plugin's facts make of its entry.</summary>
public sealed class CatalogueEntryTests
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Monday = new(2026, 12, 7);
    private static readonly ImmutableArray<PriceTier> Cheaper = [new PriceTier(2_000, 0m), new PriceTier(20_000, 0.01m)];

    [Fact]
    public void An_announced_price_is_shown_from_its_day_on()
    {
        var entry = Fold(Registered("first"), Announced(2, Monday))!;

        Assert.Equal((0.02m, 1_000L), (entry.On(Monday.AddDays(-1)).PriceFrom, entry.On(Monday.AddDays(-1)).FreeCalls));
        Assert.Equal((0.01m, 2_000L), (entry.On(Monday).PriceFrom, entry.On(Monday).FreeCalls));
        Assert.Equal(Monday, Assert.Single(entry.On(Monday.AddDays(-1)).PriceChanges).EffectiveFrom);
        Assert.Empty(entry.On(Monday).PriceChanges);
    }

    [Fact]
    public void A_registration_keeps_the_announced_prices_and_changes_all_else()
    {
        var entry = Fold(Registered("first"), Announced(2, Monday), Registered("second"))!;

        Assert.Equal("second", entry.Listing.Name.En);
        Assert.Equal((0.02m, 0.01m), (entry.PriceFrom, entry.On(Monday).PriceFrom));
    }

    [Fact]
    public void Prices_without_a_registration_make_no_entry() => Assert.Null(Fold(Announced(2, Monday)));

    [Fact]
    public void Announced_prices_are_read_as_they_were_written()
    {
        var entry = Fold(Registered("first"), Announced(2, Monday), Announced(3, Monday.AddDays(1)))!;

        Assert.Equal(entry.PriceChanges, CatalogueEntry.Decode(entry.Encode()).PriceChanges);
        Assert.Equal(2, entry.PriceChanges.Length);
    }

    private static CatalogueEntry? Fold(params (string Type, ReadOnlyMemory<byte> Payload)[] facts)
    {
        CatalogueEntry? entry = null;
        JournalFact? last = null;
        foreach (var (type, payload) in facts)
        {
            var operation = OperationId.Parse($"op-{last?.Version ?? 0}");
            last = JournalFact.Following(last, "plugin/quince", operation, ActorId.Parse("u-1"), At, type, payload);
            entry = CatalogueEntry.After(entry, last);
        }

        return entry;
    }

    private static (string, ReadOnlyMemory<byte>) Registered(string name) =>
        (
            PluginProfile.FactType,
            new PluginProfile(
                PluginId.Parse("quince", null),
                name,
                PluginCategory.Logistics,
                true,
                ["orders.read"],
                PriceBook.Standard,
                BurstLimit.Standard,
                DataRegion.Parse("cn")
            ).Encode()
        );

    private static (string, ReadOnlyMemory<byte>) Announced(int version, DateOnly from) =>
        (PriceAnnounced.FactType, new PriceAnnounced(version, Money.BillingCurrency, Cheaper, from).Encode());
}
