using System.Data.Common;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>The streams' cursors on either store.</summary>
internal sealed class StreamCursors(IStoreSql store) : IStreamCursors
{
    public async Task<StreamCursor> Claim(string queue, CancellationToken cancellationToken)
    {
        var rows = await store.Write(
            [
                "INSERT INTO stream_cursors (queue, epoch, position) VALUES (@queue, 1, 0) "
                    + "ON CONFLICT (queue) DO UPDATE SET epoch = stream_cursors.epoch + 1 RETURNING queue, epoch, position",
            ],
            Cursor,
            cancellationToken,
            ("queue", queue)
        );
        return rows[0];
    }

    public async Task<bool> Move(string queue, long epoch, long position, CancellationToken cancellationToken)
    {
        // A cursor never goes back, but a late acknowledgement under the right epoch is no loss of the queue.
        var rows = await store.Write(
            [
                "UPDATE stream_cursors SET position = CASE WHEN position < @position THEN @position ELSE position END "
                    + "WHERE queue = @queue AND epoch = @epoch RETURNING position",
            ],
            static row => row.GetInt64(0),
            cancellationToken,
            ("queue", queue),
            ("epoch", epoch),
            ("position", position)
        );
        return rows.Count == 1;
    }

    public async Task<long> ReadEpoch(string queue, CancellationToken cancellationToken)
    {
        var rows = await store.Read(
            "SELECT epoch FROM stream_cursors WHERE queue = @queue",
            static row => row.GetInt64(0),
            cancellationToken,
            ("queue", queue)
        );
        return rows.Count == 0 ? 0 : rows[0];
    }

    public async Task<IReadOnlyList<StreamCursor>> ReadAll(CancellationToken cancellationToken) =>
        await store.Read("SELECT queue, epoch, position FROM stream_cursors ORDER BY queue", Cursor, cancellationToken);

    private static StreamCursor Cursor(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2));
}
