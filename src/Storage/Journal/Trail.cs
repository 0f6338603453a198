using System.Data.Common;
using System.Text;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>The sellers' trails on either store.</summary>
internal sealed class Trail(IStoreSql store) : ITrail
{
    private const string Insert = """
        INSERT INTO trail (seller, position, entity, version, operation_id, actor, at, type, payload, hash, address, role, before, after)
        VALUES (@seller, @position, @entity, @version, @operation, @actor, @at, @type, @payload, @hash, @address, @role, @before, @after)
        ON CONFLICT (seller, position) DO NOTHING
        """;

    private const string Columns = "SELECT " + FactRow.ColumnsWithoutFingerprint + ", seller, position, before, after FROM trail ";

    public Task Put(TrailEntry entry, CancellationToken cancellationToken) =>
        store.Write(
            [Insert],
            cancellationToken,
            ("seller", entry.Seller.Value),
            ("position", entry.Position),
            ("entity", entry.Fact.Entity),
            ("version", entry.Fact.Version),
            ("operation", entry.Fact.OperationId.Value),
            ("actor", entry.Fact.Actor.Value),
            ("at", entry.Fact.At.ToUnixTimeMilliseconds()),
            ("type", entry.Fact.Type),
            ("payload", entry.Fact.Payload.ToArray()),
            ("hash", entry.Fact.Hash.ToArray()),
            ("address", entry.Fact.Address),
            ("role", entry.Fact.Role.Text),
            ("before", entry.Before.ToArray()),
            ("after", entry.After.ToArray())
        );

    public async Task<IReadOnlyList<TrailEntry>> Read(
        SellerId seller,
        TrailFilter filter,
        long beforePosition,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var sql = new StringBuilder(Columns).Append("WHERE seller = @seller AND position < @before");
        var values = new List<(string Name, object? Value)> { ("seller", seller.Value), ("before", beforePosition), ("limit", limit) };
        Add("entity = ", "entity", filter.Entity);
        Add("actor = ", "actor", filter.Actor);
        Add("at >= ", "from", filter.From?.ToUnixTimeMilliseconds());
        Add("at < ", "to", filter.To?.ToUnixTimeMilliseconds());
        if (!filter.Types.IsEmpty)
        {
            sql.Append(" AND type IN (").Append(StoreSqlValues.NumberedRows(filter.Types.Length, "@type#")).Append(')');
            values.AddRange(StoreSqlValues.Numbered("type", filter.Types));
        }

        sql.Append(" ORDER BY position DESC LIMIT @limit");
        return await store.Read(sql.ToString(), Entry, cancellationToken, [.. values]);

        void Add(string condition, string name, object? value)
        {
            if (value is not null)
            {
                sql.Append(" AND ").Append(condition).Append('@').Append(name);
                values.Add((name, value));
            }
        }
    }

    private static TrailEntry Entry(DbDataReader row) =>
        new(
            SellerId.Parse(row.GetString(11), null),
            row.GetInt64(12),
            FactRow.Read(row),
            StoreSqlValues.Bytes(row, 13),
            StoreSqlValues.Bytes(row, 14)
        );
}
