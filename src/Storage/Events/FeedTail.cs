using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Events;

/// <summary>The feed in commit order on either store.</summary>
internal sealed class FeedTail(IStoreReads store, AppendSignal appended) : IFeedTail
{
    // A seller's places rise with the positions, so that the greatest of both belong to one event.
    private const string After = """
        SELECT max(next.position) AS position, next.seller, max(next.seq)
        FROM (SELECT position, seller, seq FROM feed WHERE position > @after ORDER BY position LIMIT @limit) AS next
        GROUP BY next.seller ORDER BY 1
        """;

    public AppendSignal Appended => appended;

    public async Task<long> ReadHead(CancellationToken cancellationToken) =>
        (await store.Read(store.HeadOf("feed"), static row => row.GetInt64(0), cancellationToken))[0];

    public async Task<IReadOnlyList<FeedGrowth>> ReadAfter(long position, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            After,
            static row => new FeedGrowth(row.GetInt64(0), SellerId.Parse(row.GetString(1), null), row.GetInt64(2)),
            cancellationToken,
            ("after", position),
            ("limit", limit)
        );
}
