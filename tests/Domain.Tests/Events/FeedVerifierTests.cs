using Marketplace.Events;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

public sealed class FeedVerifierTests
{
    [Fact]
    public void A_feed_without_gaps_verifies()
    {
        Assert.Empty(Verify([Event("a", 1), Event("a", 2), Event("b", 1)], out var counts));
        Assert.Equal(new FeedCounts(2, 3), counts);
    }

    [Fact]
    public void A_gap_a_repeat_and_a_wrong_order_are_found()
    {
        Assert.Equal("seq-gap", Assert.Single(Verify([Event("a", 1), Event("a", 3)], out _)).Code);
        Assert.Equal("seq-gap", Assert.Single(Verify([Event("a", 2)], out _)).Code);
        Assert.Equal("event-repeated", Assert.Single(Verify([Event("a", 1), Event("a", 2) with { Id = "1" }], out _)).Code);
        Assert.Equal("out-of-order", Assert.Single(Verify([Event("b", 1), Event("a", 1)], out _)).Code);
        Assert.Equal("data-unreadable", Assert.Single(Verify([Event("a", 1) with { Data = "{"u8.ToArray() }], out _)).Code);
    }

    [Fact]
    public void Source_and_id_are_told_apart() =>
        Assert.Empty(Verify([Event("a", 1) with { Source = "x", Id = "yz" }, Event("a", 2) with { Source = "xy", Id = "z" }], out _));

    private static List<Finding> Verify(FeedEvent[] events, out FeedCounts counts)
    {
        var findings = new List<Finding>();
        var verifier = new FeedVerifier(findings.Add);
        foreach (var item in events)
        {
            verifier.Add(item);
        }

        counts = verifier.Counts;
        return findings;
    }

    private static FeedEvent Event(string seller, long seq) =>
        new(
            SellerId.Parse(seller, null),
            seq,
            "urn:erp",
            $"{seq}",
            EventTypes.OrderPaid,
            "o-1",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            "{}"u8.ToArray(),
            default
        );
}
