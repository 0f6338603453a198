using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Shipments;
using Xunit;

namespace Marketplace.Domain.Tests.Shipments;

/// <summary>One of a few words beside the carrier's text.</summary>
public sealed class TrackStatesTests
{
    [Theory]
    [InlineData("Delivered", TrackStates.Delivered)]
    [InlineData("Signed for by: front desk", TrackStates.Delivered)]
    [InlineData("已签收", TrackStates.Delivered)]
    [InlineData("Objeto entregue ao destinatário", TrackStates.Delivered)]
    [InlineData("Вручение: доставлено", TrackStates.Delivered)]
    [InlineData("Driver assigned", TrackStates.Unknown)]
    [InlineData("Shipment information received by carrier", TrackStates.Registered)]
    [InlineData("Will be delivered tomorrow", TrackStates.InTransit)]
    [InlineData("Undeliverable: address unknown", TrackStates.Exception)]
    [InlineData("Delivery attempted, nobody at home", TrackStates.Exception)]
    [InlineData("Returned to sender, delivered", TrackStates.Returned)]
    [InlineData("Out for delivery", TrackStates.OutForDelivery)]
    [InlineData("快件正在派送中", TrackStates.OutForDelivery)]
    [InlineData("Awaiting collection at pickup point", TrackStates.ReadyForPickup)]
    [InlineData("Held by customs", TrackStates.Customs)]
    [InlineData("快件已揽收", TrackStates.PickedUp)]
    [InlineData("Departed from sorting centre", TrackStates.InTransit)]
    [InlineData("in_transit", TrackStates.InTransit)]
    [InlineData("Shipping label created", TrackStates.Registered)]
    [InlineData("7", TrackStates.Unknown)]
    public void A_carriers_text_stands_for_a_state(string status, string state) => Assert.Equal(state, TrackStates.Of(status));

    [Theory]
    [InlineData("customs", "customs")]
    [InlineData("lost-in-space", "delivered")]
    [InlineData("", "delivered")]
    public void The_source_may_name_the_state_itself(string named, string state)
    {
        var book = Samples.IndexOf((EventTypes.TrackUpdated, "t-1", $$"""{"order_id":"o-1","status":"Delivered","state":"{{named}}"}"""));

        Assert.Equal(state, Assert.Single(book.GetTracking("t-1", null).Value!.Points).State);
    }

    [Fact]
    public void A_state_that_is_no_text_costs_nothing()
    {
        var book = Samples.IndexOf((EventTypes.TrackUpdated, "t-1", """{"order_id":"o-1","status":"Delivered","state":{"code":7}}"""));

        Assert.Equal(
            ("Delivered", "delivered"),
            (book.GetTracking("t-1", null).Value!.Points[0].Status, book.GetTracking("t-1", null).Value!.Points[0].State)
        );
    }
}
