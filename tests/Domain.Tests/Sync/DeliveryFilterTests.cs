using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.Sync;
using Marketplace.Sync.Delivery;
using Xunit;

namespace Marketplace.Domain.Tests.Sync;

/// <summary>What of a feed an installation may have: the scope, the sync window, the region (R20, R59).</summary>
public sealed class DeliveryFilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);

    private static readonly Entitlement Right = new(
        1, null, ["orders.read"], "cn", PriceBook.Standard, BurstLimit.Standard, null, TimeSpan.FromHours(24), ImmutableDictionary<string, DateTimeOffset>.Empty);

    [Theory]
    [InlineData(24, null)]
    [InlineData(25, DeliveryFilter.OutsideWindow)]
    public void An_order_that_is_older_than_the_window_is_withheld(int hours, string? reason) =>
        Assert.Equal(reason, DeliveryFilter.Withholds(Right, Paid(Now.AddHours(-hours)), Now));

    [Fact]
    public void The_scope_comes_before_the_window_and_without_a_window_every_order_is_owed()
    {
        Assert.Equal(DeliveryFilter.ScopeMissing, DeliveryFilter.Withholds(Right with { Scopes = [] }, Paid(Now.AddYears(-1)), Now));
        Assert.Null(DeliveryFilter.Withholds(Right with { SyncWindow = null }, Paid(Now.AddYears(-1)), Now));
    }

    [Fact]
    public void A_silo_of_another_region_delivers_nothing()
    {
        Assert.Null(DeliveryFilter.Stops(Right, "cn", Now));
        Assert.Equal(QuotaRefusals.RegionMismatch, DeliveryFilter.Stops(Right, "eu", Now)?.Code);
        Assert.NotNull(DeliveryFilter.Stops(null, "cn", Now));
        Assert.NotNull(DeliveryFilter.Stops(Right with { ExpiresAt = Now }, "cn", Now));
    }

    private static PluginEvent Paid(DateTimeOffset created) =>
        new(SellerId.Parse("s-1", null), 1, "urn:test", "e-1", EventTypes.OrderPaid, "o-1", Now, Now, "{}"u8.ToArray()) { OrderId = "o-1", OrderCreatedAt = created };
}
