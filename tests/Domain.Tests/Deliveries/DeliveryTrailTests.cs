using System.Text;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Journal;
using Marketplace.Journal.Views;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>What the trail shows of deliveries: their state, and nothing of the address's path nor of secrets.</summary>
public sealed class DeliveryTrailTests
{
    private const string Entity = "delivery/s-1/label-printer";
    private static readonly DeliveryEndpoint Endpoint = new(
        new Uri("https://plugin.example/hooks/secret-path"),
        DeliveryOrdering.PerOrder,
        10,
        5
    );
    private static readonly EndpointSecret Secret = new("sec-1", "SEALED-TEXT", DateTimeOffset.UnixEpoch, null);

    private readonly IEntityView _view = EntityViews.Of(Entity);
    private long _version;

    [Fact]
    public void Every_step_is_shown_without_secrets_and_path()
    {
        Assert.True(_view.Show(SellerId.Parse("s-1", null)).IsEmpty);
        Assert.Equal(
            ("push", "plugin.example", 1),
            Apply(new DeliveryFact.EndpointSet(Endpoint, Secret)) is var set
                ? (Text(set, "mode"), Text(set, "endpoint"), set.GetProperty("secrets").GetInt32())
                : default
        );
        Assert.Equal(
            2,
            Apply(new DeliveryFact.SecretRotated(Secret with { Id = "sec-2" }, DateTimeOffset.UnixEpoch.AddYears(100)))
                .GetProperty("secrets")
                .GetInt32()
        );
        Assert.Equal("gone", Text(Apply(new DeliveryFact.DeliveriesParked(ParkReasons.Gone)), "parked"));
        Assert.Null(Text(Apply(new DeliveryFact.DeliveriesResumed()), "parked"));
        var replay = new ReplayRequest("rpl_1", 3, 9, "order-1", false, DateTimeOffset.UnixEpoch);
        Assert.Equal("rpl_1: 3–9 order-1", Apply(new DeliveryFact.ReplayRequested(replay)).GetProperty("replays")[0].GetString());
        Assert.Empty(Apply(new DeliveryFact.ReplayFinished("rpl_1", 7, 0)).GetProperty("replays").EnumerateArray());
        Assert.Equal("pull", Text(Apply(new DeliveryFact.EndpointRemoved()), "mode"));
    }

    [Fact]
    public void The_seller_is_told_why_deliveries_stand_still()
    {
        var fact = Fact(new DeliveryFact.DeliveriesParked(ParkReasons.Exhausted));

        Assert.Equal(
            "The plugin label-printer gets no events now: everything failed for about three days. What waits is kept and "
                + "follows once deliveries go on.",
            NotificationTexts.Of(fact)?.En
        );
        Assert.Equal("s-1/label-printer", NotificationTexts.InstallationOf(fact));
        Assert.Null(NotificationTexts.Of(Fact(new DeliveryFact.SecretRotated(Secret, DateTimeOffset.UnixEpoch))));
    }

    private JsonElement Apply(DeliveryFact @event)
    {
        _view.Apply(Fact(@event));
        var shown = _view.Show(SellerId.Parse("s-1", null));
        Assert.DoesNotContain("SEALED", Encoding.UTF8.GetString(shown.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", Encoding.UTF8.GetString(shown.Span), StringComparison.Ordinal);
        return JsonElement.Parse(shown.Span);
    }

    private JournalFact Fact(DeliveryFact @event) =>
        JournalFact.Following(
            null,
            Entity,
            OperationId.Parse($"op-{++_version}"),
            ActorId.Parse("u-1"),
            DateTimeOffset.UnixEpoch,
            @event.Type,
            @event.Encode()
        );

    private static string? Text(JsonElement shown, string member) => shown.GetProperty(member).GetString();
}
