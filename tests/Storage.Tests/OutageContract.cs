using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class OutageOnSqlite() : OutageContract(Database.Sqlite)
{
    /// <summary>Another connection holds the writer locks of journal, ledger and delivery log, as a backup tool may.</summary>
    private protected override async Task<IAsyncDisposable> Block()
    {
        var journal = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, "journal.db")};Pooling=False");
        var usage = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, "usage.db")};Pooling=False");
        var sync = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, "sync.db")};Pooling=False");
        foreach (var connection in (SqliteConnection[])[journal, usage, sync])
        {
            await connection.OpenAsync(Token);
            await using var begin = connection.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync(Token);
        }

        return new Held(journal, usage, sync);
    }

    private sealed class Held(params SqliteConnection[] connections) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}

public sealed class OutageOnPostgreSql() : OutageContract(Database.PostgreSql)
{
    private protected override async Task<IAsyncDisposable> Block()
    {
        var connection = new NpgsqlConnection(Options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var begin = new NpgsqlCommand("BEGIN; LOCK TABLE journal, usage, delivery_log IN SHARE MODE", connection);
        await begin.ExecuteNonQueryAsync(Token);
        return connection;
    }
}

/// <summary>A store that does not take writes for a while, and takes them again.</summary>
public abstract class OutageContract(Database database) : StoreTest(database)
{
    private const int QueueLimit = 4;

    [Fact]
    public async Task Callers_are_told_when_a_lock_is_held_too_long_and_later_appends_succeed_without_a_restart()
    {
        var delivered = SampleDeliveries.Row("s-1/p", null, 1);
        await using (await Block())
        {
            var delivery = Store.Delivery.Append(SampleDeliveries.Commit(delivered), Token);
            var append = Store.Journal.Append(Facts.Command(null, "seller/s-1", "op-1"), Token);
            var source = new UsageSource(UsageSource.Row("s-1/p", 1));
            Assert.True(Store.Ledger.Signal(source));

            await Assert.ThrowsAsync<StoreUnavailableException>(() => append);
            Assert.Equal("failed", await source.Answer(1));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => delivery);
            Assert.False(Store.Health("journal").IsHealthy);

            // While it is down nobody waits: a new append is refused at once.
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                Store.Journal.Append(Facts.Command(null, "seller/s-2", "op-1"), Token)
            );
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.Delivery.Mark(delivered.Installation, Facts.Instant, Token));
        }

        await Eventually.Holds(
            () => Store.Health("journal").IsHealthy && Store.Health("sync").IsHealthy && Store.Ledger.IsAccepting,
            "a store that takes writes"
        );
        var known = await Store.Journal.Read("seller/s-1", 0, Token).LastOrDefaultAsync(Token);
        Assert.True(await Store.Journal.Append(Facts.Command(known, "seller/s-1", "op-2"), Token));
        var later = new UsageSource(UsageSource.Row("s-3/p", 1));
        Assert.True(Store.Ledger.Signal(later));
        Assert.Equal("committed", await later.Answer(1));
        var last = (await Store.Delivery.ReadNewest(delivered.Installation, long.MaxValue, 1, Token)).SingleOrDefault();
        Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row("s-1/p", last, 2)), Token));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_keeps_what_waits()
    {
        var waiting = new List<Task<bool>>();
        await using (await Block())
        {
            // One is in the commit that waits for the lock, the others fill the queue.
            waiting.Add(Store.Journal.Append(Facts.Command(null, "seller/first", "op"), Token));
            await Eventually.Holds(() => Store.Health("journal").QueueDepth == 0, "the first append in its commit");
            waiting.AddRange(
                Enumerable.Range(0, QueueLimit).Select(i => Store.Journal.Append(Facts.Command(null, $"seller/q-{i}", "op"), Token))
            );
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                Store.Journal.Append(Facts.Command(null, "seller/one-too-many", "op"), Token)
            );

            Assert.True(Store.Ledger.Signal(new UsageSource(UsageSource.Row("s-0/p", 1))));
            await Eventually.Holds(() => Store.Health("ledger").QueueDepth == 0, "the first row in its commit");
            Assert.All(Enumerable.Range(1, QueueLimit), i =>
                Assert.True(Store.Ledger.Signal(new UsageSource(UsageSource.Row($"s-{i}/p", 1))))
            );
            Assert.False(Store.Ledger.IsAccepting);
            Assert.False(Store.Ledger.Signal(new UsageSource(UsageSource.Row("s-9/p", 1))));
        }

        Assert.All(await Task.WhenAll(waiting), Assert.True);
        await Eventually.Holds(() => Store.Ledger.IsAccepting, "a ledger that takes calls");
        Assert.Empty(await Store.Journal.Read("seller/one-too-many", 0, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_graceful_stop_commits_what_waits()
    {
        var appends = new List<Task<bool>>();
        var deliveries = new List<Task<bool>>();
        await using (await Block())
        {
            appends.AddRange(
                Enumerable.Range(0, QueueLimit).Select(i => Store.Journal.Append(Facts.Command(null, $"seller/w-{i}", "op"), Token))
            );
            deliveries.AddRange(
                Enumerable
                    .Range(0, QueueLimit)
                    .Select(i => Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row($"w-{i}/p", null, 1)), Token))
            );
        }

        await Restart();
        Assert.All(await Task.WhenAll(appends.Concat(deliveries)), Assert.True);
        Assert.Equal(QueueLimit, await Store.Delivery.ReadAll("", 0, Token).CountAsync(Token));
        Assert.Equal(QueueLimit, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    protected override void Configure(StorageOptions options)
    {
        options.QueueLimit = QueueLimit;
        options.CommandTimeout = TimeSpan.FromSeconds(2);
    }

    /// <summary>Holds back the commits of journal, ledger and delivery log until it is disposed.</summary>
    private protected abstract Task<IAsyncDisposable> Block();
}
