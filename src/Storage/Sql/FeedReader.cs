using System.Data.Common;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Events;

namespace Marketplace.Storage.Sql;

/// <summary>Reads the feed on either store.</summary>
internal class FeedReader(IStoreReads store) : IFeedReader
{
    private const string Columns = "SELECT seller, seq, source, event_id, type, subject, time, accepted_at, data, sealed FROM feed ";

    private const string OfSeller = Columns + "WHERE seller = @seller AND seq > @seq ORDER BY seq";

    private const string Page = OfSeller + " LIMIT @limit";

    private const string All = Columns + "WHERE (seller, seq) > (@seller, @seq) ORDER BY seller, seq";

    public IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken) =>
        store.ReadPages(OfSeller, Event, last => [("seller", seller.Value), ("seq", last?.Seq ?? afterSeq)], cancellationToken);

    public async Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken) =>
        await store.Read(Page, Event, cancellationToken, ("seller", seller.Value), ("seq", afterSeq), ("limit", limit));

    public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) =>
        store.ReadPages(
            All,
            Event,
            last => [("seller", last?.Seller.Value ?? afterSeller), ("seq", last?.Seq ?? afterSeq)],
            cancellationToken
        );

    private static FeedEvent Event(DbDataReader row) =>
        new(
            SellerId.Parse(row.GetString(0), null),
            row.GetInt64(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.GetString(5),
            FeedInstant.FromTicks(row.GetInt64(6)),
            FeedInstant.FromTicks(row.GetInt64(7)),
            StoreSqlValues.Bytes(row, 8),
            StoreSqlValues.Bytes(row, 9)
        );
}
