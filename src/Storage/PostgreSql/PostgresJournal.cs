using Marketplace.Storage.Journal;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresJournalInsert : IPostgresInsert<JournalGroup>
{
    private List<string> _entity = [];
    private List<long> _version = [];
    private List<string> _operation = [];
    private List<int> _part = [];
    private List<string> _actor = [];
    private List<long> _at = [];
    private List<string> _type = [];
    private List<ReadOnlyMemory<byte>> _payload = [];
    private List<ReadOnlyMemory<byte>> _hash = [];
    private List<string?> _address = [];
    private List<string?> _role = [];
    private List<string?> _fingerprint = [];

    public string Log => "journal";

    public string Sql =>
        """
            WITH head AS (
              UPDATE log_head SET position = position + cardinality($1) WHERE log = 'journal' RETURNING position - cardinality($1) AS before)
            INSERT INTO journal (position, entity, version, operation_id, part, actor, at, type, payload, hash, address, role, fingerprint)
            SELECT head.before + r.place, r.entity, r.version, r.operation_id, r.part, r.actor, r.at, r.type, r.payload, r.hash, r.address, r.role, r.fingerprint
            FROM head, unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) WITH ORDINALITY
              AS r (entity, version, operation_id, part, actor, at, type, payload, hash, address, role, fingerprint, place)
            """;

    public void Prepare(Columns columns)
    {
        (_entity, _version, _operation, _part) = (columns.Text(), columns.Long(), columns.Text(), columns.Integer());
        (_actor, _at, _type) = (columns.Text(), columns.Long(), columns.Text());
        (_payload, _hash) = (columns.Bytes(), columns.Bytes());
        (_address, _role, _fingerprint) = (columns.OptionalText(), columns.OptionalText(), columns.OptionalText());
    }

    public void Add(JournalGroup group)
    {
        for (var part = 0; part < group.Facts.Count; part++)
        {
            var fact = group.Facts[part];
            _entity.Add(fact.Entity);
            _version.Add(fact.Version);
            _operation.Add(fact.OperationId.Value);
            _part.Add(group.PartOf(part));
            _actor.Add(fact.Actor.Value);
            _at.Add(fact.At.ToUnixTimeMilliseconds());
            _type.Add(fact.Type);
            _payload.Add(fact.Payload);
            _hash.Add(fact.Hash);
            _address.Add(fact.Address);
            _role.Add(fact.Role.Text);
            _fingerprint.Add(fact.Fingerprint);
        }
    }
}
