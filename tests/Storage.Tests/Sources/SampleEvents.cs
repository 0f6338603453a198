using Marketplace.Events;
using Marketplace.Sellers;

namespace Marketplace.Storage.Tests.Sources;

internal static class SampleEvents
{
    public static SellerId Seller(string id) => SellerId.Parse(id, null);

    public static FeedEvent Of(string seller, long seq, string id) =>
        new(
            Seller(seller),
            seq,
            "https://orders.example/" + seller,
            id,
            "order.created",
            "order-" + id,
            new DateTimeOffset(2026, 11, 23, 16, 0, 0, TimeSpan.FromHours(8)).AddTicks(1_234_567),
            Facts.Instant,
            "{\"total\":1}"u8.ToArray(),
            new byte[] { 1, 2, 3 }
        );

    /// <summary>The same event as another seller's source may have sent it: one source for all.</summary>
    public static FeedEvent OfSharedSource(string seller, long seq, string id) => Of(seller, seq, id) with { Source = "urn:shared" };

    public static bool AreSame(FeedEvent left, FeedEvent right) =>
        left with { Data = default, Sealed = default } == right with { Data = default, Sealed = default }
        && left.Data.Span.SequenceEqual(right.Data.Span)
        && left.Sealed.Span.SequenceEqual(right.Sealed.Span);
}
