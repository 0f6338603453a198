using Marketplace.Grains.Sync;
using Marketplace.Sellers;
using Marketplace.Storage.Sync;
using Marketplace.Sync;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresFeedInsert : IPostgresInsert<FeedGroup>
{
    public string Log => "feed";

    public string Sql => """
        INSERT INTO feed (seller, seq, source, event_id, type, subject, time, accepted_at, data, sealed)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    public void Bind(ReadOnlySpan<FeedGroup> groups, NpgsqlParameterCollection parameters)
    {
        var events = new List<FeedEvent>();
        foreach (var group in groups)
        {
            events.AddRange(group.Events);
        }

        parameters.Text([.. events.Select(item => item.Seller.Value)]);
        parameters.Long([.. events.Select(item => item.Seq)]);
        parameters.Text([.. events.Select(item => item.Source)]);
        parameters.Text([.. events.Select(item => item.Id)]);
        parameters.Text([.. events.Select(item => item.Type)]);
        parameters.Text([.. events.Select(item => item.Subject)]);
        parameters.Long([.. events.Select(item => item.Time.ToUnixTimeMilliseconds())]);
        parameters.Long([.. events.Select(item => item.AcceptedAt.ToUnixTimeMilliseconds())]);
        parameters.Bytes([.. events.Select(item => item.Data.ToArray())]);
        parameters.Bytes([.. events.Select(item => Columns.OrNull(item.Sealed))]);
    }

    public async ValueTask Explain(FeedGroup group, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT asked.place FROM unnest($1, $2) WITH ORDINALITY AS asked (source, event_id, place)
            JOIN feed ON feed.source = asked.source AND feed.event_id = asked.event_id
            WHERE feed.seller <> $3 ORDER BY asked.place
            """,
            connection);
        command.Parameters.Text([.. group.Events.Select(item => item.Source)]);
        command.Parameters.Text([.. group.Events.Select(item => item.Id)]);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = group.Key });
        var known = new List<int>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            known.Add((int)reader.GetInt64(0) - 1);
        }

        group.Known = known;
    }
}

internal sealed class PostgresFeedReader(PostgresReads reads) : IFeedReader
{
    public IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken) => PostgresReads.Page<FeedEvent>(
        last => reads.List(LogSql.FeedOfSeller, Event, cancellationToken, ("seller", seller.Value), ("seq", last?.Seq ?? afterSeq)),
        cancellationToken);

    public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) =>
        PostgresReads.Page<FeedEvent>(
            last => reads.List(
                LogSql.FeedAll, Event, cancellationToken, ("seller", last?.Seller.Value ?? afterSeller), ("seq", last?.Seq ?? afterSeq)),
            cancellationToken);

    private static FeedEvent Event(NpgsqlDataReader row) => new(
        SellerId.Parse(row.GetString(0), null),
        row.GetInt64(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        PostgresReads.Instant(row, 6),
        PostgresReads.Instant(row, 7),
        PostgresReads.Bytes(row, 8),
        PostgresReads.Bytes(row, 9));
}
