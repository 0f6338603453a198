using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Events.Lifecycle;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>What of a feed an installation may have: the scope, the sync window, the region (R20, R59).</summary>
public sealed class DeliveryFilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);

    private static readonly InstallationId Installation = InstallationId.Parse("s-1/p", null);

    private static readonly Entitlement Right = new(
        1,
        null,
        ["orders.read"],
        DataRegion.Parse("cn"),
        PriceBook.Standard,
        BurstLimit.Standard,
        null,
        TimeSpan.FromHours(24),
        ImmutableDictionary<string, DateTimeOffset>.Empty
    );

    [Theory]
    [InlineData(24, null)]
    [InlineData(25, DeliveryFilter.OutsideWindow)]
    public void An_order_that_is_older_than_the_window_is_withheld(int hours, string? reason) =>
        Assert.Equal(reason, DeliveryFilter.Withholds(Installation, Right, Paid(Now.AddHours(-hours)), Now));

    [Fact]
    public void The_scope_comes_before_the_window_and_without_a_window_every_order_is_owed()
    {
        Assert.Equal(
            DeliveryFilter.ScopeMissing,
            DeliveryFilter.Withholds(Installation, Right with { Scopes = [] }, Paid(Now.AddYears(-1)), Now)
        );
        Assert.Null(DeliveryFilter.Withholds(Installation, Right with { SyncWindow = null }, Paid(Now.AddYears(-1)), Now));
    }

    [Fact]
    public void What_tells_an_installation_of_itself_needs_no_scope_and_is_no_other_ones()
    {
        var told = new PluginEvent(
            SellerId.Parse("s-1", null),
            1,
            LifecycleEvent.Source,
            "e-1",
            EventTypes.InstallationPaused,
            "s-1/p",
            Now.AddYears(-1),
            Now,
            "{}"u8.ToArray()
        );

        Assert.Null(DeliveryFilter.Withholds(Installation, Right with { Scopes = [] }, told, Now));
        Assert.Equal(
            DeliveryFilter.OtherInstallation,
            DeliveryFilter.Withholds(Installation, Right, told with { Subject = "s-1/p2" }, Now)
        );
        Assert.True(DeliveryFilter.LetsLifecycle(Right with { Stop = InstallationRefusals.NoConsent() }, DataRegion.Parse("cn")));
        Assert.False(DeliveryFilter.LetsLifecycle(Right, DataRegion.Parse("eu")));
        Assert.False(DeliveryFilter.LetsLifecycle(null, DataRegion.Parse("cn")));
    }

    [Fact]
    public void An_endpoint_gets_what_it_wants_of_what_is_owed()
    {
        var endpoint = new DeliveryEndpoint(new Uri("https://plugin.example/"), DeliveryOrdering.PerOrder, 1, 5);

        Assert.Null(DeliveryFilter.Withholds(Installation, Right, endpoint, Paid(Now), Now));
        Assert.Null(DeliveryFilter.Withholds(Installation, Right, endpoint with { Types = [EventTypes.OrderPaid] }, Paid(Now), Now));
        Assert.Equal(
            DeliveryFilter.TypeNotWanted,
            DeliveryFilter.Withholds(Installation, Right, endpoint with { Types = [EventTypes.OrderShipped] }, Paid(Now), Now)
        );
        Assert.Equal(
            DeliveryFilter.ScopeMissing,
            DeliveryFilter.Withholds(
                Installation,
                Right with
                {
                    Scopes = [],
                },
                endpoint with
                {
                    Types = [EventTypes.OrderShipped],
                },
                Paid(Now),
                Now
            )
        );
    }

    [Fact]
    public void An_endpoint_written_before_there_was_a_filter_wants_every_type_and_is_the_same_endpoint()
    {
        var endpoint = new DeliveryEndpoint(new Uri("https://plugin.example/"), DeliveryOrdering.PerOrder, 1, 5);
        var old = """{"endpoint":{"url":"https://plugin.example/","ordering":"PerOrder","batch_size":1,"timeout_seconds":5}}"""u8.ToArray();
        var read = Assert.IsType<DeliveryFact.EndpointSet>(DeliveryFact.Decode("endpoint-set", old)).Endpoint;
        var filtered = Assert
            .IsType<DeliveryFact.EndpointSet>(
                DeliveryFact.Decode("endpoint-set", new DeliveryFact.EndpointSet(endpoint with { Types = ["order.paid"] }, null).Encode())
            )
            .Endpoint;

        Assert.Equal(endpoint, read);
        Assert.Equal(endpoint.GetHashCode(), read.GetHashCode());
        Assert.True(read.Wants(EventTypes.OrderPaid));
        Assert.NotEqual(endpoint, filtered);
        Assert.Equal((true, false), (filtered.Wants(EventTypes.OrderPaid), filtered.Wants(EventTypes.OrderShipped)));
    }

    [Fact]
    public void A_silo_of_another_region_delivers_nothing()
    {
        Assert.Null(DeliveryFilter.Stops(Right, DataRegion.Parse("cn"), Now));
        Assert.Equal(QuotaRefusals.RegionMismatch, DeliveryFilter.Stops(Right, DataRegion.Parse("eu"), Now)?.Code);
        Assert.NotNull(DeliveryFilter.Stops(null, DataRegion.Parse("cn"), Now));
        Assert.NotNull(DeliveryFilter.Stops(Right with { ExpiresAt = Now }, DataRegion.Parse("cn"), Now));
    }

    private static PluginEvent Paid(DateTimeOffset created) =>
        new(SellerId.Parse("s-1", null), 1, "urn:test", "e-1", EventTypes.OrderPaid, "o-1", Now, Now, "{}"u8.ToArray())
        {
            OrderId = "o-1",
            OrderCreatedAt = created,
        };
}
