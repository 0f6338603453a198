using Marketplace.Storage.Deliveries;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Writes rows and the resulting states in one statement; of one installation's states in a batch the last.</summary>
internal sealed class PostgresDeliveryInsert : IPostgresInsert<DeliveryGroup>
{
    // No row has it.
    private const long NoRow = -1;

    // ON CONFLICT cannot touch a row twice in one statement, so there is one state for each installation of a batch.
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _laterPlaces = new(StringComparer.Ordinal);

    private List<string> _installation = [];
    private List<long> _no = [];
    private List<long> _at = [];
    private List<long> _first = [];
    private List<long> _last = [];
    private List<ReadOnlyMemory<byte>> _body = [];
    private List<ReadOnlyMemory<byte>> _hash = [];
    private List<string> _stateOf = [];
    private List<long> _stateNo = [];
    private List<ReadOnlyMemory<byte>> _stateHash = [];
    private List<long?> _stateDue = [];
    private List<ReadOnlyMemory<byte>> _state = [];
    private List<string> _laterOf = [];
    private List<long> _laterNo = [];
    private List<long> _laterKnown = [];
    private List<long?> _laterDue = [];
    private List<long> _stateKnown = [];

    public string Log => "sync";

    // A state with the number 0 is a mark. In order of the key, so that two processes with the same installations do not lock each other
    // out; nor do postponements, which skip what another process is writing. What is known of the stored wake-ups is a list of its own,
    // because only the table's columns can be asked of the row that was to be inserted; -1 knows of none, -2 replaces any.
    public string Sql =>
        """
            WITH rows AS (
              INSERT INTO delivery_log (installation, no, at, first_seq, last_seq, body, hash)
              SELECT r.* FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r (installation, no, at, first_seq, last_seq, body, hash)
              ORDER BY r.installation COLLATE "C", r.no),
            later AS (
              UPDATE delivery_state AS s SET due_at = k.due_at
              FROM (
                SELECT d.installation, l.due_at
                FROM unnest($13, $14, $15, $16) AS l (installation, no, known, due_at)
                JOIN delivery_state AS d ON d.installation = l.installation AND d.no = l.no AND d.due_at = l.known
                FOR UPDATE OF d SKIP LOCKED) AS k
              WHERE s.installation = k.installation)
            INSERT INTO delivery_state AS s (installation, no, hash, due_at, state)
            SELECT n.* FROM unnest($8, $9, $10, $11, $12) AS n (installation, no, hash, due_at, state)
            ORDER BY n.installation COLLATE "C"
            ON CONFLICT (installation) DO UPDATE SET
              no = CASE WHEN excluded.no = 0 THEN s.no ELSE excluded.no END,
              hash = CASE WHEN excluded.no = 0 THEN s.hash ELSE excluded.hash END,
              due_at = CASE
                WHEN (excluded.installation, -2::bigint) IN (SELECT k.* FROM unnest($8, $17) AS k (installation, known))
                  OR (excluded.installation, coalesce(s.due_at, -1)) IN (SELECT k.* FROM unnest($8, $17) AS k (installation, known))
                THEN excluded.due_at ELSE least(s.due_at, excluded.due_at) END,
              state = CASE WHEN excluded.no = 0 THEN s.state ELSE excluded.state END
            """;

    public void Prepare(Columns columns)
    {
        (_installation, _no, _at, _first, _last) = (columns.Text(), columns.Long(), columns.Long(), columns.Long(), columns.Long());
        (_body, _hash) = (columns.Bytes(), columns.Bytes());
        (_stateOf, _stateNo, _stateHash, _stateDue, _state) = (
            columns.Text(),
            columns.Long(),
            columns.Bytes(),
            columns.OptionalLong(),
            columns.Bytes()
        );
        (_laterOf, _laterNo, _laterKnown, _laterDue) = (columns.Text(), columns.Long(), columns.Long(), columns.OptionalLong());
        _stateKnown = columns.Long();
    }

    public void Add(DeliveryGroup group)
    {
        Renew(_places, _stateOf);
        Renew(_laterPlaces, _laterOf);
        if (group.Known is { } known)
        {
            PutOff(group, known.No, known.DueAt);
            return;
        }

        if (group.Row is { } row)
        {
            _installation.Add(group.Installation);
            _no.Add(row.No);
            _at.Add(row.At.ToUnixTimeMilliseconds());
            _first.Add(row.FirstSeq);
            _last.Add(row.LastSeq);
            _body.Add(row.Body);
            _hash.Add(row.Hash);
        }

        Put(group.Installation, group.State);
    }

    // The columns were emptied for another batch.
    private static void Renew(Dictionary<string, int> places, List<string> column)
    {
        if (column.Count == 0)
        {
            places.Clear();
        }
    }

    // One statement changes a row of a table once only: beside anything else of its installation nothing is postponed.
    private void PutOff(DeliveryGroup group, long no, long known)
    {
        if (!_places.ContainsKey(group.Installation) && _laterPlaces.TryAdd(group.Installation, _laterOf.Count))
        {
            _laterOf.Add(group.Installation);
            _laterNo.Add(no);
            _laterKnown.Add(known);
            _laterDue.Add(group.DueAt);
        }
    }

    private void Put(string installation, DeliveryState state)
    {
        if (_laterPlaces.TryGetValue(installation, out var later))
        {
            _laterNo[later] = NoRow;
        }

        if (!_places.TryGetValue(installation, out var place))
        {
            place = _places[installation] = _stateOf.Count;
            _stateOf.Add(installation);
            _stateNo.Add(state.No);
            _stateHash.Add(state.Hash);
            _stateDue.Add(state.DueAt);
            _state.Add(state.Bytes);
            _stateKnown.Add(state.Known);
            return;
        }

        var known = new DeliveryState(_stateNo[place], _stateHash[place], _stateDue[place], _state[place], _stateKnown[place]);
        var merged = known.Then(state);
        (_stateNo[place], _stateHash[place], _stateDue[place]) = (merged.No, merged.Hash, merged.DueAt);
        (_state[place], _stateKnown[place]) = (merged.Bytes, merged.Known);
    }
}
