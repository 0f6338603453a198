using System.Collections.Immutable;
using System.Data.Common;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>Notifications and owed webhooks on either store.</summary>
internal sealed class NotificationStore(IStoreSql store) : INotifications
{
    private const string Columns = "SELECT seller, position, at, kind, zh, en, installation, read_at FROM notifications ";

    private const string Insert = """
        INSERT INTO notifications (seller, position, at, kind, zh, en, installation)
        VALUES (@seller, @position, @at, @kind, @zh, @en, @installation) ON CONFLICT (seller, position) DO NOTHING
        """;

    // The notification and its debt are one transaction: before it, neither is there; after it, a repeat adds no second debt.
    private const string Owe = """
        INSERT INTO webhooks (seller, position, attempts, due_at)
        SELECT @seller, @position, 0, @due WHERE NOT EXISTS (SELECT 1 FROM notifications WHERE seller = @seller AND position = @position)
        ON CONFLICT (seller, position) DO NOTHING
        """;

    private const string Trim = """
        DELETE FROM notifications WHERE seller = @seller
          AND position <= (SELECT position FROM notifications WHERE seller = @seller ORDER BY position DESC LIMIT 1 OFFSET @keep)
        """;

    // The kinds stand between bars, so that one parameter names them all; no kind has a bar in it.
    private const string Replaced = """
         WHERE seller = @seller AND installation = @installation AND read_at IS NULL AND position < @position
          AND @replaced LIKE '%|' || kind || '|%'
        """;

    private const string SettleReplaced =
        "DELETE FROM webhooks WHERE seller = @seller AND position IN (SELECT position FROM notifications" + Replaced + ")";

    private const string RemoveReplaced = "DELETE FROM notifications" + Replaced;

    public Task Put(
        Notification notification,
        DateTimeOffset? webhookDue,
        int keep,
        ImmutableArray<string> replaced,
        CancellationToken cancellationToken
    ) =>
        store.Write(
            Statements(webhookDue is not null, !replaced.IsDefaultOrEmpty && notification.Installation is not null),
            cancellationToken,
            ("seller", notification.Seller.Value),
            ("position", notification.Position),
            ("at", notification.At.ToUnixTimeMilliseconds()),
            ("kind", notification.Kind),
            ("zh", notification.Text.Zh),
            ("en", notification.Text.En),
            ("installation", notification.Installation),
            ("due", webhookDue?.ToUnixTimeMilliseconds() ?? 0),
            ("keep", keep),
            ("replaced", $"|{string.Join('|', replaced)}|")
        );

    public async Task<IReadOnlyList<Notification>> Read(
        SellerId seller,
        bool unreadOnly,
        long beforePosition,
        int limit,
        CancellationToken cancellationToken
    ) =>
        await store.Read(
            Columns
                + "WHERE seller = @seller AND position < @before "
                + (unreadOnly ? "AND read_at IS NULL " : string.Empty)
                + "ORDER BY position DESC LIMIT @limit",
            Row,
            cancellationToken,
            ("seller", seller.Value),
            ("before", beforePosition),
            ("limit", limit)
        );

    public async Task<long> CountUnread(SellerId seller, CancellationToken cancellationToken) =>
        (
            await store.Read(
                "SELECT count(*) FROM notifications WHERE seller = @seller AND read_at IS NULL",
                static row => row.GetInt64(0),
                cancellationToken,
                ("seller", seller.Value)
            )
        )[0];

    public async Task<Notification?> MarkRead(SellerId seller, long position, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = await store.Write(
            [
                "UPDATE notifications SET read_at = @at WHERE seller = @seller AND position = @position AND read_at IS NULL",
                Columns + "WHERE seller = @seller AND position = @position",
            ],
            Row,
            cancellationToken,
            ("seller", seller.Value),
            ("position", position),
            ("at", at.ToUnixTimeMilliseconds())
        );
        return rows.FirstOrDefault();
    }

    public async Task<IReadOnlyList<SellerId>> ReadDueSellers(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            // A seller's oldest is the one that is sent next; what waits behind one that was put off is not due.
            "SELECT seller FROM webhooks w WHERE due_at <= @now"
                + " AND position = (SELECT min(first.position) FROM webhooks first WHERE first.seller = w.seller) ORDER BY "
                + "due_at LIMIT @limit",
            static row => SellerId.Parse(row.GetString(0), null),
            cancellationToken,
            ("now", now.ToUnixTimeMilliseconds()),
            ("limit", limit)
        );

    public async Task<IReadOnlyList<DueWebhook>> ReadOwed(SellerId seller, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            "SELECT position, attempts, due_at FROM webhooks WHERE seller = @seller ORDER BY position LIMIT @limit",
            static row => new DueWebhook(row.GetInt64(0), row.GetInt32(1), StoreSqlValues.Instant(row, 2)),
            cancellationToken,
            ("seller", seller.Value),
            ("limit", limit)
        );

    public Task PutOff(SellerId seller, long position, int attempts, DateTimeOffset due, CancellationToken cancellationToken) =>
        store.Write(
            ["UPDATE webhooks SET attempts = @attempts, due_at = @due WHERE seller = @seller AND position = @position"],
            cancellationToken,
            ("seller", seller.Value),
            ("position", position),
            ("attempts", attempts),
            ("due", due.ToUnixTimeMilliseconds())
        );

    public Task Settle(SellerId seller, long position, CancellationToken cancellationToken) =>
        store.Write(
            ["DELETE FROM webhooks WHERE seller = @seller AND position = @position"],
            cancellationToken,
            ("seller", seller.Value),
            ("position", position)
        );

    private static string[] Statements(bool owes, bool replaces) =>
        [.. owes ? [Owe] : Array.Empty<string>(), Insert, .. replaces ? [SettleReplaced, RemoveReplaced] : Array.Empty<string>(), Trim];

    private static Notification Row(DbDataReader row) =>
        new(
            SellerId.Parse(row.GetString(0), null),
            row.GetInt64(1),
            StoreSqlValues.Instant(row, 2),
            row.GetString(3),
            new BilingualText(row.GetString(4), row.GetString(5)),
            StoreSqlValues.Text(row, 6),
            StoreSqlValues.MaybeInstant(row, 7)
        );
}
