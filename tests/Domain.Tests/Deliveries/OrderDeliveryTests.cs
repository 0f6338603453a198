using Marketplace.Deliveries;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>What became of an order's events at one installation.</summary>
public sealed class OrderDeliveryTests
{
    private static readonly DateTimeOffset Now = Samples.Now.AddHours(1);

    [Fact]
    public void Nothing_owed_and_nothing_delivered_is_not_owed() =>
        Assert.Equal(new OrderDelivery(OrderDeliveryState.NotOwed, 0, 0, false, null), Judge([]));

    [Fact]
    public void Nothing_known_to_be_owed_while_stopped_is_stopped() =>
        Assert.Equal(new OrderDelivery(OrderDeliveryState.Stopped, 0, 0, false, null), Judge(null));

    [Fact]
    public void What_was_delivered_before_the_stop_is_delivered() =>
        Assert.Equal(
            new OrderDelivery(OrderDeliveryState.Delivered, 1, 1, false, Samples.Now),
            Judge(null, Entry(1, 1, DeliveryOutcome.Acknowledged))
        );

    [Fact]
    public void An_owed_event_without_an_answer_waits_whatever_failed() =>
        Assert.Equal(
            new OrderDelivery(OrderDeliveryState.Waiting, 2, 1, false, Samples.Now),
            Judge([1, 2], Entry(1, 1, DeliveryOutcome.Acknowledged), Entry(2, 2, DeliveryOutcome.Failed))
        );

    [Fact]
    public void A_range_that_was_confirmed_covers_its_events() =>
        Assert.Equal(OrderDeliveryState.Delivered, Judge([1, 2], Entry(1, 2, DeliveryOutcome.Acknowledged)).State);

    [Fact]
    public void A_dead_letter_shows_until_it_is_delivered_after_all()
    {
        var dead = Entry(1, 1, DeliveryOutcome.Dead);

        Assert.Equal(OrderDeliveryState.DeadLetter, Judge([1], dead).State);
        Assert.Equal(OrderDeliveryState.DeadLetter, Judge([1], dead, Entry(1, 1, DeliveryOutcome.Parked)).State);
        Assert.Equal(OrderDeliveryState.Delivered, Judge([1], dead, Entry(1, 1, DeliveryOutcome.Acknowledged)).State);
    }

    [Fact]
    public void It_is_late_after_the_target_whether_it_arrived_then_or_never()
    {
        var target = Samples.Now + DeliveryFigures.Target;

        Assert.False(Judge([1], target).IsLate);
        Assert.True(Judge([1], target.AddTicks(1)).IsLate);
        Assert.False(Judge([1], target.AddDays(1), Entry(1, 1, DeliveryOutcome.Acknowledged, target)).IsLate);
        Assert.True(Judge([1], target.AddDays(1), Entry(1, 1, DeliveryOutcome.Acknowledged, target.AddTicks(1))).IsLate);
    }

    private static OrderDelivery Judge(long[]? owed, params DeliveryEntry[] log) => Judge(owed, Now, log);

    private static OrderDelivery Judge(long[]? owed, DateTimeOffset now, params DeliveryEntry[] log) =>
        OrderDelivery.Of([Event(1), Event(2)], owed, log, now);

    private static DeliveryEntry Entry(long seq, long to, DeliveryOutcome outcome, DateTimeOffset? at = null) =>
        new(seq, to, outcome, DeliveryChannel.Push, at ?? Samples.Now);

    private static PluginEvent Event(long seq) =>
        new(Samples.Seller, seq, "urn:test", $"e-{seq}", EventTypes.OrderPaid, "o-1", Samples.Now, Samples.Now, default)
        {
            OrderId = "o-1",
        };
}
