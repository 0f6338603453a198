using Marketplace.Journal;
using Marketplace.Storage.Backup;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>Backups of a store on PostgreSQL, made and restored by PostgreSQL's own programs against a real server.</summary>
public sealed class DatabaseBackupTests() : StoreTest(Database.PostgreSql)
{
    private readonly DirectoryInfo _other = Directory.CreateTempSubdirectory("marketplace-backup-");
    private long _written;

    private string Folder => Path.Combine(_other.FullName, "backup");

    [Fact]
    public async Task A_restored_backup_is_the_store_as_of_its_instant_and_goes_on_from_there()
    {
        var facts = await Fill();
        var manifest = await DatabaseBackup.Backup(Options.ConnectionString!, Folder, Token);
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/later", "op"), Token));
        var restored = new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = await SharedServer.CreateDatabase() };

        await DatabaseBackup.Restore(restored.ConnectionString, Folder, Token);

        Assert.Equal(["marketplace.dump"], manifest.Files.Select(file => file.Name));
        await using var store = await TestStore.Open(restored);
        var kept = await store.Journal.ReadAll("", 0, Token).ToListAsync(Token);
        Assert.Equal(facts.Select(fact => Convert.ToHexString(fact.Hash.Span)), kept.Select(fact => Convert.ToHexString(fact.Hash.Span)));
        Assert.Equal(2, await store.Feed.ReadAll("", 0, Token).CountAsync(Token));
        Assert.True(await store.Journal.Append(Facts.Command(facts[^1], "seller/s-1", "op-2"), Token));
    }

    [Fact]
    public async Task A_backup_shows_one_instant_while_a_server_writes()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Write(enough.Token);
        await Eventually.Holds(() => _written > 50, "fifty rows");
        await DatabaseBackup.Backup(Options.ConnectionString!, Folder, Token);
        await enough.CancelAsync();
        await writing;
        var restored = new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = await SharedServer.CreateDatabase() };
        await DatabaseBackup.Restore(restored.ConnectionString, Folder, Token);

        await using var store = await TestStore.Open(restored);
        var facts = await store.Journal.ReadAll("", 0, Token).ToListAsync(Token);
        var events = await store.Feed.ReadAll("", 0, Token).CountAsync(Token);

        // The feed's event is written before the fact that names it, so no instant shows the fact alone.
        Assert.True(Facts.AreChained(facts));
        Assert.InRange(facts.Count, 50, (int)_written);
        Assert.InRange(events, facts.Count, facts.Count + 1);
    }

    [Fact]
    public async Task A_database_that_holds_something_is_not_restored_into_and_nothing_is_touched()
    {
        await Fill();
        await DatabaseBackup.Backup(Options.ConnectionString!, Folder, Token);
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/later", "op"), Token));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() =>
            DatabaseBackup.Restore(Options.ConnectionString!, Folder, Token)
        );

        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
        await Restart();
        Assert.Equal(4, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_restore_that_was_broken_off_is_named_by_every_start_until_one_is_whole()
    {
        await Fill();
        await DatabaseBackup.Backup(Options.ConnectionString!, Folder, Token);
        var broken = await CopyWithDamage();
        var restored = new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = await SharedServer.CreateDatabase() };

        var failed = await Assert.ThrowsAsync<StartRefusedException>(() =>
            DatabaseBackup.Restore(restored.ConnectionString, broken, Token)
        );
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestStore.Open(restored));
        await Assert.ThrowsAsync<StartRefusedException>(() =>
            DatabaseBackup.Backup(restored.ConnectionString, Path.Combine(_other.FullName, "of-half"), Token)
        );

        Assert.Contains("pg_restore", failed.Message, StringComparison.Ordinal);
        Assert.Contains("admin restore", refused.Message, StringComparison.Ordinal);
        Assert.Equal(StartRefusedException.StoreNotTrusted, refused.ExitCode);
        await DatabaseBackup.Restore(restored.ConnectionString, Folder, Token);
        await using var store = await TestStore.Open(restored);
        Assert.Equal(3, await store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_backup_of_the_other_kind_of_store_or_of_no_store_is_refused()
    {
        await DatabaseBackup.Backup(Options.ConnectionString!, Folder, Token);

        var other = await Assert.ThrowsAsync<StartRefusedException>(() =>
            FolderBackup.Restore(Path.Combine(_other.FullName, "data"), Folder, TimeProvider.System, Token)
        );
        var none = await SharedServer.CreateDatabase();
        var empty = await Assert.ThrowsAsync<StartRefusedException>(() =>
            DatabaseBackup.Backup(none, Path.Combine(_other.FullName, "none"), Token)
        );

        Assert.Contains("postgresql", other.Message, StringComparison.Ordinal);
        Assert.Contains("no store", empty.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_other.FullName, "none")));
    }

    [Fact]
    public void A_program_that_is_missing_is_named()
    {
        var refused = Assert.Throws<StartRefusedException>(() => PostgresTools.Find("pg_dump", _other.FullName, _other.FullName));

        Assert.Contains("pg_dump", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void The_newest_of_several_installed_versions_is_taken_and_one_on_the_path_before_it()
    {
        foreach (var version in (string[])["9", "15", "path"])
        {
            Directory.CreateDirectory(Path.Combine(_other.FullName, version, "bin"));
            File.WriteAllText(Path.Combine(_other.FullName, version, "bin", "pg_dump"), string.Empty);
        }

        var onPath = Path.Combine(_other.FullName, "path", "bin");
        Assert.Equal(Path.Combine(_other.FullName, "15", "bin", "pg_dump"), PostgresTools.Find("pg_dump", path: null, _other.FullName));
        Assert.Equal(Path.Combine(onPath, "pg_dump"), PostgresTools.Find("pg_dump", onPath, _other.FullName));
    }

    private async Task Write(CancellationToken stop)
    {
        JournalFact? last = null;
        for (var seq = 1; !stop.IsCancellationRequested; seq++)
        {
            await Store.Feed.Append([SampleEvents.Of("loaded", seq, $"e-{seq}")], Token);
            var facts = Facts.Command(last, "load/x", $"op-{seq}");
            Assert.True(await Store.Journal.Append(facts, Token));
            last = facts[^1];
            Interlocked.Increment(ref _written);
        }
    }

    private async Task<JournalFact[]> Fill()
    {
        var facts = Facts.Command(null, "seller/s-1", "op", count: 3);
        Assert.True(await Store.Journal.Append(facts, Token));
        await Store.Feed.Append([SampleEvents.Of("s-1", 1, "a"), SampleEvents.Of("s-1", 2, "b")], Token);
        return facts;
    }

    /// <summary>A backup that calls itself whole, and whose dump breaks off in the middle.</summary>
    private async Task<string> CopyWithDamage()
    {
        var draft = BackupFolder.Draft(Path.Combine(_other.FullName, "damaged"));
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Folder, "marketplace.dump"), Token);
        await File.WriteAllBytesAsync(Path.Combine(draft, "marketplace.dump"), bytes[..(bytes.Length / 2)], Token);
        await BackupFolder.Finish(draft, Path.Combine(_other.FullName, "damaged"), "postgresql", Facts.Instant, Schema.Version, Token);
        return Path.Combine(_other.FullName, "damaged");
    }
}
