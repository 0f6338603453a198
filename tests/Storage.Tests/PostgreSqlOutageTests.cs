using System.Diagnostics;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Npgsql;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>What only a server can do to its clients: stop, lose power, break connections, serve two processes.</summary>
public sealed class PostgreSqlOutageTests
{
    private const int Writers = 16;
    private const int Continue = 18;
    private const int Freeze = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_loses_power_in_mid_commit_keeps_every_acknowledged_append()
    {
        await using var server = await PostgresServer.Create();
        await using var store = await TestStore.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = await server.CreateDatabase() }
        );
        await Survives(store, cycles: 3, async () =>
        {
            await server.Stop(immediate: true);
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                store.Journal.Append(Facts.Command(null, "seller/away", "op"), Token)
            );
            Assert.False(store.Health("journal").IsHealthy);
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                store.Journal.Read("seller/away", 0, Token).ToListAsync(Token).AsTask()
            );
            await server.Start();
        });
    }

    [Fact]
    public async Task Terminated_connections_lose_nothing_that_was_acknowledged()
    {
        var options = await TestStore.New(Database.PostgreSql);
        await using var store = await TestStore.Open(options);
        await Survives(store, cycles: 10, async () =>
        {
            await using var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
            await connection.OpenAsync(Token);
            await using var terminate = new NpgsqlCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'marketplace' AND datname = "
                    + "current_database()",
                connection
            );
            await terminate.ExecuteNonQueryAsync(Token);
        });
    }

    [Fact]
    public async Task Frozen_connections_fail_their_callers_in_time_and_what_they_write_late_breaks_no_chain()
    {
        var options = await TestStore.New(Database.PostgreSql);
        options.CommandTimeout = TimeSpan.FromSeconds(1);
        await using var store = await TestStore.Open(options);
        await Survives(store, cycles: 2, async () =>
        {
            var frozen = await Backends(options);
            frozen.ForEach(process => process.Send(Freeze));

            // It fails, or finds the connection that the writer has opened instead; it does not wait for the frozen one.
            var append = store.Journal.Append(Facts.Command(null, "seller/frozen", "op"), Token).WaitAsync(Patience, Token);
            Assert.True(await Record.ExceptionAsync(() => append) is null or StoreUnavailableException);
            frozen.ForEach(process => process.Send(Continue));
            await Eventually.Holds(() => store.Health("journal").IsHealthy, "a journal that takes writes");
        });
    }

    [Fact]
    public async Task Two_processes_share_the_logs_and_fence_each_other_and_positions_have_no_gap()
    {
        var options = await TestStore.New(Database.PostgreSql);
        await using var one = await TestStore.Open(options);
        await using var two = await TestStore.Open(options);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .SelectMany(
                    i => (TestStore[])[one, two],
                    (i, store) => store.Journal.Append(Facts.Command(null, $"seller/{i}", $"op-{store.GetHashCode()}"), Token)
                )
        );

        Assert.Equal(200, answers.Count(won => won));
        Assert.Equal(200, await one.Journal.ReadAll("", 0, Token).CountAsync(Token));
        await using var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var positions = new NpgsqlCommand("SELECT max(position) - count(*) FROM journal", connection);
        Assert.Equal(0L, await positions.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        var options = await TestStore.New(Database.PostgreSql);
        await (await TestStore.Open(options)).DisposeAsync();
        await using var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var newer = new NpgsqlCommand("UPDATE schema_version SET version = 999", connection);
        await newer.ExecuteNonQueryAsync(Token);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => TestStore.Open(options));
        Assert.Contains("999", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<List<Process>> Backends(StorageOptions options)
    {
        await using var connection = new NpgsqlConnection(options.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'marketplace' AND datname = current_database()",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(Token);
        var backends = new List<Process>();
        while (await reader.ReadAsync(Token))
        {
            backends.Add(Process.GetProcessById(reader.GetInt32(0)));
        }

        return backends;
    }

    /// <summary>
    /// Lets writers append while the fault strikes again and again, and then compares what they were told with what is there.
    /// </summary>
    private static async Task Survives(TestStore store, int cycles, Func<Task> fault)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writers = Enumerable.Range(0, Writers).Select(i => new ChainWriter(store, $"seller/w-{i}", $"w-{i}/p")).ToArray();
        var running = writers.Select(writer => writer.Run(enough.Token)).ToArray();
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            var before = writers.Sum(writer => writer.Acknowledged);
            await Eventually.Holds(
                () => writers.Sum(writer => writer.Acknowledged) > before + (5 * Writers),
                "five appends of each writer"
            );
            await fault();
        }

        await Eventually.Holds(
            () => store.Health("journal").IsHealthy && store.Health("sync").IsHealthy && store.Ledger.IsAccepting,
            "a store that takes writes"
        );
        await enough.CancelAsync();
        await Task.WhenAll(running);
        foreach (var writer in writers)
        {
            await writer.Verify(store, Token);
        }
    }
}
