using System.Data.Common;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Storage.Sql;

/// <summary>Reads the delivery log on either store.</summary>
internal class DeliveryReader(IStoreReads store) : IDeliveryReader
{
    private const string Columns = "SELECT installation, no, at, first_seq, last_seq, body, hash FROM delivery_log ";

    private const string After = Columns + "WHERE installation = @installation AND no > @no ORDER BY no";

    private const string Newest = Columns + "WHERE installation = @installation AND no < @no ORDER BY no DESC LIMIT @limit";

    // The plus signs keep the primary key out of it: in its order a question about the newest events would read the whole log before them.
    private const string About =
        Columns + "WHERE installation = @installation AND last_seq >= @first AND first_seq <= @last AND +no > @no ORDER BY +no";

    private const string All = Columns + "WHERE (installation, no) > (@installation, @no) ORDER BY installation, no";

    private const string State = "SELECT no, hash, due_at, state FROM delivery_state WHERE installation = @installation";

    private const string Due = "SELECT installation FROM delivery_state WHERE due_at <= @now ORDER BY due_at, installation LIMIT @limit";

    public async Task<DeliverySnapshot?> ReadState(InstallationId installation, CancellationToken cancellationToken) =>
        (await store.Read(State, Snapshot, cancellationToken, ("installation", installation.ToString()))).FirstOrDefault();

    public IAsyncEnumerable<DeliveryRow> Read(InstallationId installation, long afterNo, CancellationToken cancellationToken) =>
        store.ReadPages(After, Row, last => [("installation", installation.ToString()), ("no", last?.No ?? afterNo)], cancellationToken);

    public async Task<IReadOnlyList<DeliveryRow>> ReadNewest(
        InstallationId installation,
        long beforeNo,
        int limit,
        CancellationToken cancellationToken
    ) => await store.Read(Newest, Row, cancellationToken, ("installation", installation.ToString()), ("no", beforeNo), ("limit", limit));

    public IAsyncEnumerable<DeliveryRow> ReadAbout(
        InstallationId installation,
        long firstSeq,
        long lastSeq,
        CancellationToken cancellationToken
    ) =>
        store.ReadPages(
            About,
            Row,
            last => [("installation", installation.ToString()), ("first", firstSeq), ("last", lastSeq), ("no", last?.No ?? 0L)],
            cancellationToken
        );

    public IAsyncEnumerable<DeliveryRow> ReadAll(string afterInstallation, long afterNo, CancellationToken cancellationToken) =>
        store.ReadPages(
            All,
            Row,
            last => [("installation", last?.Installation.ToString() ?? afterInstallation), ("no", last?.No ?? afterNo)],
            cancellationToken
        );

    /// <summary>As <see cref="IDeliveryLog.ReadDue"/>.</summary>
    public async Task<IReadOnlyList<InstallationId>> ReadDue(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            Due,
            static row => InstallationId.Parse(row.GetString(0), null),
            cancellationToken,
            ("now", now.ToUnixTimeMilliseconds()),
            ("limit", limit)
        );

    private static DeliveryRow Row(DbDataReader row) =>
        new(
            InstallationId.Parse(row.GetString(0), null),
            row.GetInt64(1),
            StoreSqlValues.Instant(row, 2),
            row.GetInt64(3),
            row.GetInt64(4),
            StoreSqlValues.Bytes(row, 5),
            StoreSqlValues.Bytes(row, 6)
        );

    private static DeliverySnapshot Snapshot(DbDataReader row) =>
        new(row.GetInt64(0), StoreSqlValues.Bytes(row, 1), StoreSqlValues.MaybeInstant(row, 2), StoreSqlValues.Bytes(row, 3));
}

/// <summary>The delivery log of a store that no program of schema version 3 has started on: there is none.</summary>
internal sealed class NoDeliveries : IDeliveryReader
{
    public Task<DeliverySnapshot?> ReadState(InstallationId installation, CancellationToken cancellationToken) =>
        Task.FromResult<DeliverySnapshot?>(null);

    public IAsyncEnumerable<DeliveryRow> Read(InstallationId installation, long afterNo, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<DeliveryRow>();

    public Task<IReadOnlyList<DeliveryRow>> ReadNewest(
        InstallationId installation,
        long beforeNo,
        int limit,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<DeliveryRow>>([]);

    public IAsyncEnumerable<DeliveryRow> ReadAbout(
        InstallationId installation,
        long firstSeq,
        long lastSeq,
        CancellationToken cancellationToken
    ) => AsyncEnumerable.Empty<DeliveryRow>();

    public IAsyncEnumerable<DeliveryRow> ReadAll(string afterInstallation, long afterNo, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<DeliveryRow>();
}
