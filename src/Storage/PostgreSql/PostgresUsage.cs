using Marketplace.Storage.Quotas;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresUsageInsert : IPostgresInsert<UsageSignal>
{
    private List<string> _installation = [];
    private List<int> _day = [];
    private List<int> _seq = [];
    private List<int> _count = [];
    private List<long> _cumulative = [];
    private List<bool> _keyed = [];
    private List<ReadOnlyMemory<byte>> _body = [];
    private List<ReadOnlyMemory<byte>> _opening = [];
    private List<ReadOnlyMemory<byte>> _hash = [];

    public string Log => "ledger";

    public string Sql =>
        """
            INSERT INTO usage (installation, day, seq, count, cumulative, keyed, body, opening, hash)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    public void Prepare(Columns columns)
    {
        (_installation, _day, _seq, _count) = (columns.Text(), columns.Integer(), columns.Integer(), columns.Integer());
        (_cumulative, _keyed) = (columns.Long(), columns.Boolean());
        (_body, _opening, _hash) = (columns.Bytes(), columns.Bytes(), columns.Bytes());
    }

    public void Add(UsageSignal group)
    {
        var row = group.Row;
        _installation.Add(row.Installation.ToString());
        _day.Add(row.Day.DayNumber);
        _seq.Add(row.Seq);
        _count.Add(row.Count);
        _cumulative.Add(row.Cumulative);
        _keyed.Add(row.Keyed);
        _body.Add(row.Body);
        _opening.Add(row.Opening);
        _hash.Add(row.Hash);
    }
}
