using Marketplace.Storage.Events;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresFeedInsert : IPostgresInsert<FeedGroup>
{
    private List<string> _seller = [];
    private List<long> _seq = [];
    private List<ReadOnlyMemory<byte>> _key = [];
    private List<string> _source = [];
    private List<string> _id = [];
    private List<string> _type = [];
    private List<string> _subject = [];
    private List<long> _time = [];
    private List<long> _accepted = [];
    private List<ReadOnlyMemory<byte>> _data = [];
    private List<ReadOnlyMemory<byte>> _sealed = [];

    public string Log => "feed";

    public string Sql =>
        """
            WITH head AS (
              UPDATE log_head SET position = position + cardinality($1) WHERE log = 'feed' RETURNING position - cardinality($1) AS before)
            INSERT INTO feed (position, seller, seq, event_key, source, event_id, type, subject, time, accepted_at, data, sealed)
            SELECT head.before + r.place, r.seller, r.seq, r.event_key, r.source, r.event_id, r.type, r.subject, r.time, r.accepted_at, r.data, r.sealed
            FROM head, unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY
              AS r (seller, seq, event_key, source, event_id, type, subject, time, accepted_at, data, sealed, place)
            """;

    public void Prepare(Columns columns)
    {
        (_seller, _seq, _key) = (columns.Text(), columns.Long(), columns.Bytes());
        (_source, _id, _type, _subject) = (columns.Text(), columns.Text(), columns.Text(), columns.Text());
        (_time, _accepted) = (columns.Long(), columns.Long());
        (_data, _sealed) = (columns.Bytes(), columns.Bytes());
    }

    public void Add(FeedGroup group)
    {
        for (var i = 0; i < group.Events.Count; i++)
        {
            var item = group.Events[i];
            _seller.Add(item.Seller.Value);
            _seq.Add(item.Seq);
            _key.Add(group.Keys[i]);
            _source.Add(item.Source);
            _id.Add(item.Id);
            _type.Add(item.Type);
            _subject.Add(item.Subject);
            _time.Add(FeedInstant.ToTicks(item.Time));
            _accepted.Add(FeedInstant.ToTicks(item.AcceptedAt));
            _data.Add(item.Data);
            _sealed.Add(item.Sealed);
        }
    }

    public async ValueTask Explain(FeedGroup group, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT event_key FROM feed WHERE event_key = ANY ($1) AND seller <> $2", connection);
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. group.Keys] });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = group.Key });
        var taken = new List<byte[]>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            taken.Add(reader.GetFieldValue<byte[]>(0));
        }

        group.Known = group.PlacesOf(taken);
    }
}
