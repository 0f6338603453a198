using Marketplace.Grains.Journal;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>A page that reads too slowly gets all up to a gap and nothing after it.</summary>
public sealed class SellerListenerTests
{
    private const string Stream = "seller/s-1";
    private const int More = 10;

    [Fact]
    public void Nothing_is_handed_over_after_a_fact_that_was_lost()
    {
        using var listener = new SellerListener([Stream], 0, static _ => { });
        var lost = 1L;
        for (; !listener.IsLost; lost++)
        {
            listener.Hand(Stream, Item(lost));
        }

        // There is room again, but what would fill it comes after the gap.
        Assert.True(listener.TryRead(out var first));
        Assert.Equal(1, first.Position);
        for (var position = lost; position < lost + More; position++)
        {
            listener.Hand(Stream, Item(position));
        }

        var last = first.Position;
        while (listener.TryRead(out var item))
        {
            Assert.Equal(last + 1, item.Position);
            last = item.Position;
        }

        // The loop has counted once beyond the fact that was lost.
        Assert.Equal(lost - 2, last);
    }

    private static AuditItem Item(long position) =>
        new(
            position,
            JournalFact.Following(
                null,
                Stream,
                OperationId.Parse("op-1"),
                ActorId.Parse("u-1"),
                DateTimeOffset.UnixEpoch,
                JournalFact.NothingChanged,
                "{}"u8.ToArray()
            )
        );
}
