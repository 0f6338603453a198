using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class DeliveryOnSqlite() : StoredDeliveryContract(Database.Sqlite);

public sealed class DeliveryOnPostgreSql() : StoredDeliveryContract(Database.PostgreSql)
{
    [Fact]
    public async Task Two_processes_with_the_same_installations_fence_each_other_and_none_locks_the_other_out()
    {
        await using var second = await OpenSecond();
        var installations = Enumerable.Range(0, 300).Select(i => $"both-{i:000}/p").ToArray();
        var answers = await Task.WhenAll(
            installations
                .Select(installation => Append(Store, installation, "one"))
                .Concat(installations.Reverse().Select(installation => Append(second, installation, "two")))
        );

        Assert.Equal(300, answers.Count(won => won));
        Assert.Equal(300, await Store.Delivery.ReadAll("", 0, Token).CountAsync(Token));
        foreach (var installation in installations)
        {
            var row = Assert.Single(await Read(installation));
            Assert.Equal(SampleDeliveries.StateOf(row), (await State(installation))!.State.ToArray());
        }

        static Task<bool> Append(TestStore store, string installation, string reason) =>
            store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row(installation, null, 1, reason: reason)), Token);
    }

    [Fact]
    public async Task What_one_process_schedules_stays_while_another_that_does_not_know_it_appends_and_none_locks_the_other_out()
    {
        await using var second = await OpenSecond();
        var installations = Enumerable.Range(0, 300).Select(i => $"both-{i:000}/p").ToArray();
        var (due, later) = (Facts.Instant, Facts.Instant.AddHours(1));
        await Task.WhenAll(installations.Select(one => Store.Delivery.Mark(SampleDeliveries.Installation(one), due, Token)));

        var answers = await Task.WhenAll(
            installations.Reverse().Select(Append).Concat(installations.Select(installation => Mark(installation)))
        );

        Assert.All(answers, Assert.True);
        foreach (var installation in installations)
        {
            var state = await State(installation);
            Assert.Equal((1, later), (state!.No, state.DueAt!.Value));
        }

        Task<bool> Append(string installation) =>
            Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row(installation, null, 1)) with { KnownDueAt = due }, Token);

        async Task<bool> Mark(string installation)
        {
            await second.Delivery.Mark(SampleDeliveries.Installation(installation), later, Token);
            return true;
        }
    }

    [Fact]
    public async Task What_one_process_schedules_stays_while_another_puts_off_the_same_wake_ups_and_none_locks_the_other_out()
    {
        await using var second = await OpenSecond();
        var installations = Enumerable.Range(0, 300).Select(i => SampleDeliveries.Installation($"both-{i:000}/p")).ToArray();
        var (due, later) = (Facts.Instant, Facts.Instant.AddHours(1));
        await Task.WhenAll(installations.Select(installation => Store.Delivery.Mark(installation, due, Token)));

        await Task.WhenAll(
            installations
                .Select(installation => Store.Delivery.Mark(installation, later, Token))
                .Concat(
                    installations
                        .Reverse()
                        .Select(installation => second.Delivery.PutOff(installation, new KnownWakeUp(0, due), null, Token))
                )
        );

        foreach (var installation in installations)
        {
            Assert.Equal(later, (await State(installation.ToString()))!.DueAt);
        }
    }
}

/// <summary>What the delivery log of a store promises beyond its port: older schemas, and that tampering shows.</summary>
public abstract class StoredDeliveryContract(Database database) : DeliveryContract(database)
{
    [Theory]
    [InlineData("UPDATE delivery_log SET at = at + 1 WHERE installation = 'a/p' AND no = 2", "a/p", 2, "chain-broken")]
    [InlineData("DELETE FROM delivery_log WHERE installation = 'a/p' AND no = 1", "a/p", 2, "no-gap")]
    [InlineData("UPDATE delivery_log SET installation = 'b/p', no = 4 WHERE installation = 'a/p' AND no = 3", "b/p", 4, "chain-broken")]
    public async Task A_row_that_is_altered_taken_out_or_moved_in_the_store_is_named(string sql, string installation, long no, string code)
    {
        await Write("a/p", 3);
        await Write("b/p", 3);
        Assert.Empty(await Verify());

        await Tamper(sql, "sync.db");

        Assert.Contains(await Verify(), finding => (finding.Key, finding.Seq, finding.Code) == (installation, no, code));
    }

    [Fact]
    public async Task A_store_of_the_second_schema_has_no_deliveries_offline_and_is_completed_when_a_program_starts_on_it()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/s-1", "op"), Token));
        await BackToSecondSchema();
        using (
            var readers =
                Database == Database.Sqlite
                    ? LogReaders.OpenSqlite(Options.DataFolder)
                    : LogReaders.OpenPostgreSql(Options.ConnectionString!)
        )
        {
            Assert.Empty(await readers.Delivery.ReadAll("", 0, Token).ToListAsync(Token));
            Assert.Null(await readers.Delivery.ReadState(SampleDeliveries.Installation("s-1/p"), Token));
            Assert.Single(await readers.Journal.ReadAll("", 0, Token).ToListAsync(Token));
        }

        await Restart();
        await Write("s-1/p", 2);
        await Store.DisposeAsync();
        using (
            var readers =
                Database == Database.Sqlite
                    ? LogReaders.OpenSqlite(Options.DataFolder)
                    : LogReaders.OpenPostgreSql(Options.ConnectionString!)
        )
        {
            Assert.True(SampleDeliveries.AreChained(await readers.Delivery.ReadAll("", 0, Token).ToListAsync(Token)));
            Assert.Equal(2, (await readers.Delivery.ReadState(SampleDeliveries.Installation("s-1/p"), Token))!.No);
        }
    }

    private async Task<List<Finding>> Verify()
    {
        var findings = new List<Finding>();
        var verifier = new DeliveryVerifier(findings.Add);
        await foreach (var row in Store.Delivery.ReadAll("", 0, Token))
        {
            verifier.Add(row);
        }

        return findings;
    }

    // As a program of schema version 2 left it.
    private async Task BackToSecondSchema()
    {
        await Store.DisposeAsync();
        if (Database == Database.Sqlite)
        {
            File.Delete(Path.Combine(Options.DataFolder, "sync.db"));
            foreach (var file in Directory.EnumerateFiles(Options.DataFolder, "*.db"))
            {
                await Tamper("PRAGMA user_version = 2; DROP TABLE IF EXISTS store_head", Path.GetFileName(file));
            }

            return;
        }

        await Tamper("DROP TABLE delivery_log, delivery_state; UPDATE schema_version SET version = 2", string.Empty);
    }

    /// <summary>What somebody with the store in hand can do.</summary>
    private async Task Tamper(string sql, string file)
    {
        if (Database == Database.Sqlite)
        {
            await using var connection = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, file)};Pooling=False");
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(Token);
            return;
        }

        await using var database = NpgsqlDataSource.Create(Options.ConnectionString!);
        await using var change = database.CreateCommand(sql);
        await change.ExecuteNonQueryAsync(Token);
    }
}
