using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>The data folder of an embedded run.</summary>
public sealed class DataFolderTests() : StoreTest(Database.Sqlite)
{
    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_and_so_is_the_offline_reader()
    {
        var refusal = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => TestStore.Open(Options));
        Assert.Contains(Options.DataFolder, refusal.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<InvalidOperationException>(() => LogReaders.OpenSqlite(Options.DataFolder));
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/still-mine", "op"), Token));
    }

    [Fact]
    public async Task The_offline_reader_reads_a_stopped_store_and_keeps_it_from_starting()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/s-1", "op", count: 2), Token));
        await Store.DisposeAsync();
        using (var readers = LogReaders.OpenSqlite(Options.DataFolder))
        {
            Assert.Equal(2, await readers.Journal.ReadAll("", 0, Token).CountAsync(Token));
            Assert.Empty(await readers.Usage.ReadAll("", default, 0, Token).ToListAsync(Token));
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => TestStore.Open(Options));
        }

        await Restart();
        Assert.Equal(2, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_folder_of_a_newer_program_is_refused()
    {
        await Store.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, "feed.db")};Pooling=False"))
        {
            await connection.OpenAsync(Token);
            await using var newer = connection.CreateCommand();
            newer.CommandText = "PRAGMA user_version = 999";
            await newer.ExecuteNonQueryAsync(Token);
        }

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => TestStore.Open(Options));
        Assert.Contains("999", refusal.Message, StringComparison.Ordinal);
    }
}
