using System.Data.Common;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>The dead letters on either store.</summary>
internal sealed class DeadLetters(IStoreSql store) : IDeadLetters
{
    private const string Columns =
        "SELECT id, subscriber, stream, position, entity, version, type, error, attempts, first_at, last_at, settled_at FROM dead_letters ";

    private const string Insert = """
        INSERT INTO dead_letters (subscriber, stream, position, entity, version, type, error, attempts, first_at, last_at)
        VALUES (@subscriber, @stream, @position, @entity, @version, @type, @error, @attempts, @at, @at)
        ON CONFLICT (subscriber, stream, position) DO UPDATE SET
          error = excluded.error, attempts = dead_letters.attempts + excluded.attempts, last_at = excluded.last_at, settled_at = NULL
        """;

    public Task Put(NewDeadLetter letter, CancellationToken cancellationToken) =>
        store.Write(
            [Insert],
            cancellationToken,
            ("subscriber", letter.Subscriber),
            ("stream", letter.Stream),
            ("position", letter.Position),
            ("entity", letter.Entity),
            ("version", letter.Version),
            ("type", letter.Type),
            ("error", letter.Error),
            ("attempts", letter.Attempts),
            ("at", letter.At.ToUnixTimeMilliseconds())
        );

    public async Task<DeadLetterRow?> Read(long id, CancellationToken cancellationToken) =>
        (await store.Read(Columns + "WHERE id = @id", Row, cancellationToken, ("id", id))).FirstOrDefault();

    public async Task<IReadOnlyList<DeadLetterRow>> List(bool openOnly, long afterId, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            Columns + "WHERE id > @after " + (openOnly ? "AND settled_at IS NULL " : string.Empty) + "ORDER BY id LIMIT @limit",
            Row,
            cancellationToken,
            ("after", afterId),
            ("limit", limit)
        );

    public async Task<long> CountOpen(CancellationToken cancellationToken) =>
        (await store.Read("SELECT count(*) FROM dead_letters WHERE settled_at IS NULL", static row => row.GetInt64(0), cancellationToken))[
            0
        ];

    public Task Settle(long id, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.Write(
            ["UPDATE dead_letters SET settled_at = @at, last_at = @at WHERE id = @id AND settled_at IS NULL"],
            cancellationToken,
            ("id", id),
            ("at", at.ToUnixTimeMilliseconds())
        );

    private static DeadLetterRow Row(DbDataReader row) =>
        new(
            row.GetInt64(0),
            new NewDeadLetter(
                row.GetString(1),
                row.GetString(2),
                row.GetInt64(3),
                row.GetString(4),
                row.GetInt64(5),
                row.GetString(6),
                row.GetString(7),
                row.GetInt32(8),
                StoreSqlValues.Instant(row, 10)
            ),
            StoreSqlValues.Instant(row, 9),
            StoreSqlValues.MaybeInstant(row, 11)
        );
}
