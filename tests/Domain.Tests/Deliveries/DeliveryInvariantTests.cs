using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>What deliveries rely on stops them where it does not hold, instead of losing or doubling events.</summary>
public sealed class DeliveryInvariantTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);
    private static readonly DeliveryEndpoint Endpoint = new(new Uri("https://plugin.example/"), DeliveryOrdering.PerOrder, 1, 5);

    private readonly DeliveryProgress _progress = new(new SavedProgress(), RetryPolicy.Standard, MarketCalendar.Shanghai);

    [Fact]
    public void An_event_read_twice_or_out_of_order_is_not_taken_into_the_window()
    {
        _progress.Add(Event(2), null, Now);

        AssertBroken(() => _progress.Add(Event(2), null, Now));
        AssertBroken(() => _progress.Add(Event(1), null, Now));
    }

    [Fact]
    public void A_request_ends_once()
    {
        _progress.Add(Event(1), null, Now);
        var attempt = _progress.Next(Endpoint, Now)!;
        _progress.Complete(attempt, new AttemptResult(null, Now), 0);

        AssertBroken(() => _progress.Complete(attempt, new AttemptResult(null, Now), 0));
        AssertBroken(() => _progress.Abandon(attempt));
    }

    [Fact]
    public void The_window_is_not_put_back_while_a_request_is_in_flight()
    {
        _progress.Add(Event(1), null, Now);
        var attempt = _progress.Next(Endpoint, Now)!;

        AssertBroken(_progress.Rewind);
        _progress.Abandon(attempt);
        _progress.Rewind();
        Assert.Equal(0, _progress.ReadTo);
    }

    private static void AssertBroken(Action act) =>
        Assert.StartsWith(
            "A delivery invariant is broken",
            Assert.Throws<InvalidOperationException>(act).Message,
            StringComparison.Ordinal
        );

    private static PluginEvent Event(long seq) =>
        new(SellerId.Parse("s-1", null), seq, "urn:test", $"e-{seq}", EventTypes.OrderPaid, $"o-{seq}", Now, Now, "{}"u8.ToArray())
        {
            OrderId = $"o-{seq}",
        };
}
