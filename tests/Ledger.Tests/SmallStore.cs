using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Ledger.Tests;

/// <summary>An embedded store in a folder of its own, written through the product's own writers.</summary>
internal sealed class SmallStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private bool _stopped;

    private SmallStore(ServiceProvider services, string folder) => (_services, Folder) = (services, folder);

    public string Folder { get; }

    public static async Task<SmallStore> Open(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-tests-").FullName;
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddMarketplaceStorage(new StorageOptions { DataFolder = folder })
            .BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await hosted.StartingAsync(cancellationToken);
        }

        return new SmallStore(services, folder);
    }

    public async Task Write(IEnumerable<UsageRow> rows)
    {
        foreach (var row in rows)
        {
            var source = new OneRow(row);
            Assert.True(_services.GetRequiredService<IUsageLedger>().Signal(source));
            await source.Done.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public async Task Write(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken) =>
        Assert.True(await _services.GetRequiredService<IJournal>().Append(facts, cancellationToken));

    public async Task Write(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken) =>
        Assert.Equal(FeedAppendResult.Appended, (await _services.GetRequiredService<IFeed>().Append(events, cancellationToken)).Result);

    public async Task Write(IEnumerable<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            Assert.True(
                await _services
                    .GetRequiredService<IDeliveryLog>()
                    .Append(new DeliveryCommit(row, null, new byte[] { 1 }), cancellationToken)
            );
        }
    }

    public async Task Stop()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        foreach (var hosted in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await hosted.StoppedAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    /// <summary>What somebody with the file in hand can do; the store is stopped.</summary>
    public void Tamper(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Folder, recursive: true);
    }

    public static FeedEvent Event(string seller, long seq) =>
        new(
            SellerId.Parse(seller, null),
            seq,
            "urn:erp",
            $"{seller}-{seq}",
            EventTypes.OrderPaid,
            "o-1",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            "{}"u8.ToArray(),
            new byte[] { 1, 2, 3 }
        );

    /// <summary>The rows of one installation, one event in each.</summary>
    public static IEnumerable<DeliveryRow> Deliveries(string installation, int count)
    {
        DeliveryRow? last = null;
        for (var seq = 1; seq <= count; seq++)
        {
            var entry = new DeliveryEntry(seq, seq, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, DateTimeOffset.UnixEpoch)
            {
                Attempt = 1,
                Status = 200,
            };
            last = DeliveryRow.Following(
                InstallationId.Parse(installation, null),
                last?.No ?? 0,
                last?.Hash ?? DeliveryRow.NoHash,
                DateTimeOffset.UnixEpoch,
                [entry]
            );
            yield return last;
        }
    }

    private sealed class OneRow(UsageRow row) : IUsageSource
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private UsageRow? _row = row;

        public Task Done => _done.Task;

        public UsageRow? CutRow() => Interlocked.Exchange(ref _row, null);

        public void Committed(UsageRow row) => _done.TrySetResult();

        public void Fenced(UsageRow row) => _done.TrySetException(new InvalidOperationException("The row's key is taken."));

        public void Failed(UsageRow row, Exception cause) => _done.TrySetException(cause);
    }
}
