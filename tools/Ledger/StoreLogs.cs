using System.Data.Common;
using System.Runtime.CompilerServices;
using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Storage;

namespace Marketplace.Ledger;

/// <summary>The logs of a stopped embedded store, or of a PostgreSQL database.</summary>
public sealed class StoreLogs : ILogs
{
    private readonly LogReaders _readers;

    private StoreLogs(LogReaders readers) => _readers = readers;

    /// <exception cref="LogsUnavailableException">There is no store, or it is in use.</exception>
    public static Task<ILogs> Open(LedgerArguments arguments)
    {
        try
        {
            var readers = arguments.Data is { } folder ? LogReaders.OpenSqlite(folder) : LogReaders.OpenPostgreSql(arguments.Postgres!);
            return Task.FromResult<ILogs>(new StoreLogs(readers));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or DbException)
        {
            throw new LogsUnavailableException($"The store cannot be opened: {e.Message}", e);
        }
    }

    public IAsyncEnumerable<UsageRow> ReadLedger(string afterInstallation, CancellationToken cancellationToken) =>
        Guarded(_readers.Usage.ReadAll(afterInstallation, DateOnly.MinValue, 0, cancellationToken), cancellationToken);

    public IAsyncEnumerable<FeedEvent> ReadFeed(CancellationToken cancellationToken) =>
        Guarded(_readers.Feed.ReadAll(string.Empty, 0, cancellationToken), cancellationToken);

    public IAsyncEnumerable<JournalFact> ReadJournal(CancellationToken cancellationToken) =>
        Guarded(_readers.Journal.ReadAll(string.Empty, 0, cancellationToken), cancellationToken);

    public IAsyncEnumerable<DeliveryRow> ReadDelivery(CancellationToken cancellationToken) =>
        Guarded(_readers.Delivery.ReadAll(string.Empty, 0, cancellationToken), cancellationToken);

    public IAsyncEnumerable<DeliveryRow> ReadDelivery(InstallationId installation, long afterNo, CancellationToken cancellationToken) =>
        Guarded(_readers.Delivery.Read(installation, afterNo, cancellationToken), cancellationToken);

    public async Task CheckStore(Action<Finding> report, CancellationToken cancellationToken)
    {
        try
        {
            await _readers.Check(report, cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or DbException)
        {
            throw Unreadable(e);
        }
    }

    public async Task<(long No, ReadOnlyMemory<byte> Hash)?> ReadDeliveryEnd(
        InstallationId installation,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _readers.Delivery.ReadState(installation, cancellationToken) is { } state ? (state.No, state.Hash) : null;
        }
        catch (Exception e) when (e is StoreUnavailableException or DbException)
        {
            throw Unreadable(e);
        }
    }

    public ValueTask DisposeAsync()
    {
        _readers.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async IAsyncEnumerable<T> Guarded<T>(
        IAsyncEnumerable<T> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var reader = rows.GetAsyncEnumerator(cancellationToken);
        while (await Next(reader))
        {
            yield return reader.Current;
        }
    }

    private static async Task<bool> Next<T>(IAsyncEnumerator<T> reader)
    {
        try
        {
            return await reader.MoveNextAsync();
        }
        catch (Exception e) when (e is StoreUnavailableException or DbException)
        {
            throw Unreadable(e);
        }
    }

    private static LogsUnavailableException Unreadable(Exception e) =>
        new($"The store cannot be read: {(e.InnerException ?? e).Message}", e);
}
