namespace Marketplace.Storage.Sql;

/// <summary>Read statements that are the same on SQLite and PostgreSQL.</summary>
internal static class LogSql
{
    /// <summary>Rows a page of a long read holds.</summary>
    public const int PageRows = 500;

    /// <summary>The columns of a fact, in the order in which both readers take them.</summary>
    public const string FactColumns = "entity, version, operation_id, actor, at, type, payload, hash, address, role, fingerprint";

    /// <summary>
    /// As <see cref="FactColumns"/> where there are no fingerprints: in a trail, and in a journal that no program of schema version 4 has
    /// started on.
    /// </summary>
    public const string FactColumnsWithoutFingerprint =
        "entity, version, operation_id, actor, at, type, payload, hash, address, role, NULL AS fingerprint";

    /// <summary>
    /// As <see cref="FactColumns"/> in a store that no program of schema version 2 has started on: its facts have no origin either.
    /// </summary>
    public const string FirstFactColumns =
        "entity, version, operation_id, actor, at, type, payload, hash, NULL AS address, NULL AS role, NULL AS fingerprint";

    /// <summary>The columns of a fact in a store that this program or an older one has written.</summary>
    /// <param name="hasColumn">Whether the table <c>journal</c> has a column.</param>
    public static string FactColumnsOf(Func<string, bool> hasColumn) =>
        hasColumn("fingerprint") ? FactColumns
        : hasColumn("role") ? FactColumnsWithoutFingerprint
        : FirstFactColumns;

    /// <summary>
    /// A row if the entity has carried out the operation; answered by the unique key that keeps an operation from being carried out twice.
    /// </summary>
    public const string JournalOperation = "SELECT 1 FROM journal WHERE entity = @entity AND operation_id = @operation LIMIT 1";

    public const string Feed = "SELECT seller, seq, source, event_id, type, subject, time, accepted_at, data, sealed FROM feed ";

    public const string FeedOfSeller = Feed + "WHERE seller = @seller AND seq > @seq ORDER BY seq LIMIT 500";

    public const string FeedPage = Feed + "WHERE seller = @seller AND seq > @seq ORDER BY seq LIMIT @limit";

    public const string FeedAll = Feed + "WHERE (seller, seq) > (@seller, @seq) ORDER BY seller, seq LIMIT 500";

    /// <summary>When the feed took the newest event of a seller.</summary>
    public const string LastEvent = "SELECT accepted_at FROM feed WHERE seller = @seller ORDER BY seq DESC LIMIT 1";

    public const string UsageRowByKey = Usage + "WHERE u.installation = @installation AND u.day = @day AND u.seq = @seq";

    public const string UsageLastBefore =
        Usage + "WHERE u.installation = @installation AND u.day < @day ORDER BY u.day DESC, u.seq DESC LIMIT 1";

    public const string UsageOfDay =
        Usage + "WHERE u.installation = @installation AND u.day = @day AND u.seq > @seq ORDER BY u.seq LIMIT 500";

    public const string KeyedUsageOfDay =
        Usage + "WHERE u.installation = @installation AND u.day = @day AND u.keyed AND u.seq > @seq ORDER BY u.seq LIMIT 500";

    public const string UsageAll =
        Usage + "WHERE (u.installation, u.day, u.seq) > (@installation, @day, @seq) ORDER BY u.installation, u.day, u.seq LIMIT 500";

    /// <summary>The last row of each day: days are found one by one from the key, so that the cost is in days and not in rows.</summary>
    public const string UsageDayHeads =
        Days
        + """
            SELECT u.installation, u.day, u.seq, u.count, u.cumulative, u.keyed, u.body, u.opening, u.hash
            FROM days JOIN usage u ON u.installation = @installation AND u.day = days.day
              AND u.seq = (SELECT max(last.seq) FROM usage last WHERE last.installation = @installation AND last.day = days.day)
            WHERE days.day >= @from ORDER BY u.day
            """;

    public const string UsageDayOpenings =
        Days
        + """
            SELECT u.installation, u.day, u.seq, u.count, u.cumulative, u.keyed, u.body, u.opening, u.hash
            FROM days JOIN usage u ON u.installation = @installation AND u.day = days.day AND u.seq = 1
            WHERE days.day >= @from ORDER BY u.day
            """;

    public static string JournalOfEntity(string columns) =>
        $"SELECT {columns} FROM journal WHERE entity = @entity AND version > @version ORDER BY version LIMIT 500";

    public static string JournalAll(string columns) =>
        $"SELECT {columns} FROM journal WHERE (entity, version) > (@entity, @version) ORDER BY entity, version LIMIT 500";

    private const string Usage =
        "SELECT u.installation, u.day, u.seq, u.count, u.cumulative, u.keyed, u.body, u.opening, u.hash FROM usage u ";

    private const string Days = """
        WITH RECURSIVE days (day) AS (
          SELECT max(day) FROM usage WHERE installation = @installation AND day <= @to
          UNION ALL
          SELECT (SELECT max(usage.day) FROM usage WHERE installation = @installation AND usage.day < days.day)
          FROM days WHERE days.day >= @from)

        """;
}
