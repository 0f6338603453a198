using Marketplace.Journal;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class JournalOnSqlite() : StoredJournalContract(Database.Sqlite);

public sealed class JournalOnPostgreSql() : StoredJournalContract(Database.PostgreSql);

/// <summary>What the journal of a store promises beyond its port: older schemas, stops, values that cannot be kept.</summary>
public abstract class StoredJournalContract(Database database) : JournalContract(database)
{
    [Fact]
    public async Task A_store_of_the_third_schema_gets_its_column_and_its_facts_still_verify()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/old", "op-1", count: 2), Token));
        await BackTo("ALTER TABLE journal DROP COLUMN fingerprint;", 3);

        using (
            var readers =
                Database == Database.Sqlite
                    ? LogReaders.OpenSqlite(Options.DataFolder)
                    : LogReaders.OpenPostgreSql(Options.ConnectionString!)
        )
        {
            Assert.True(Facts.AreChained(await readers.Journal.ReadAll("", 0, Token).ToListAsync(Token)));
        }

        await Restart();
        var old = await Store.Journal.Read("seller/old", 0, Token).ToListAsync(Token);
        Assert.All(old, fact => Assert.Null(fact.Fingerprint));
        var next = JournalFact.Following(
            old[1],
            "seller/old",
            OperationId.Parse("op-2"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray(),
            fingerprint: "ab12"
        );
        Assert.True(await Store.Journal.Append([next], Token));
        Assert.True(Facts.AreChained(await Store.Journal.Read("seller/old", 0, Token).ToListAsync(Token)));
    }

    [Fact]
    public async Task A_stop_that_has_no_time_left_commits_what_waits()
    {
        var appends = Enumerable
            .Range(0, 50)
            .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/late-{i}", "op-1", count: 1), Token))
            .ToArray();

        await Store.Services.GetRequiredService<IStoreRun>().Stop(new CancellationToken(canceled: true));

        Assert.All(await Task.WhenAll(appends), Assert.True);
    }

    [Fact]
    public async Task A_store_of_the_first_schema_is_completed_and_its_facts_still_verify()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/old", "op-1", count: 2), Token));
        await BackToFirstSchema();

        using (
            var readers =
                Database == Database.Sqlite
                    ? LogReaders.OpenSqlite(Options.DataFolder)
                    : LogReaders.OpenPostgreSql(Options.ConnectionString!)
        )
        {
            Assert.True(Facts.AreChained(await readers.Journal.ReadAll("", 0, Token).ToListAsync(Token)));
        }

        await Restart();
        var old = await Store.Journal.Read("seller/old", 0, Token).ToListAsync(Token);
        var next = JournalFact.Following(
            old[1],
            "seller/old",
            OperationId.Parse("op-2"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray(),
            "203.0.113.7",
            ActorRole.Operator
        );
        Assert.True(await Store.Journal.Append([next], Token));
        Assert.True(Facts.AreChained(await Store.Journal.Read("seller/old", 0, Token).ToListAsync(Token)));
    }

    [Fact]
    public async Task A_value_that_the_store_cannot_keep_fails_only_its_own_append()
    {
        var neighbours = Enumerable
            .Range(0, 20)
            .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/v-{i}", "op"), Token))
            .ToArray();
        var odd = Store.Journal.Append([Facts.Command(null, "seller/odd", "op")[0] with { Actor = ActorId.Parse("a\0b") }], Token);
        Assert.All(await Task.WhenAll(neighbours), Assert.True);
        await odd.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.True(Store.Health("journal").IsHealthy);
        Assert.Equal(odd.IsCompletedSuccessfully ? 1 : 0, await Store.Journal.Read("seller/odd", 0, Token).CountAsync(Token));
    }

    // As a program of schema version 1 left it.
    private Task BackToFirstSchema() =>
        BackTo(
            "ALTER TABLE journal DROP COLUMN address; ALTER TABLE journal DROP COLUMN role; ALTER TABLE journal DROP COLUMN fingerprint;",
            1
        );

    private async Task BackTo(string older, int version)
    {
        await Store.DisposeAsync();
        if (Database == Database.Sqlite)
        {
            await using var file = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, "journal.db")};Pooling=False");
            await file.OpenAsync(Token);
            await using var command = file.CreateCommand();
            command.CommandText = $"{older} PRAGMA user_version = {version};";
            await command.ExecuteNonQueryAsync(Token);
            return;
        }

        await using var database = NpgsqlDataSource.Create(Options.ConnectionString!);
        await using var alter = database.CreateCommand($"{older} UPDATE schema_version SET version = {version};");
        await alter.ExecuteNonQueryAsync(Token);
    }
}
