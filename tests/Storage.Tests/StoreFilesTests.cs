using Marketplace.Journal;
using Marketplace.Storage.Backup;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>The files of an embedded store belong together: at a stop, in a copy, in a backup, and at the next start.</summary>
public sealed class StoreFilesTests() : StoreTest(Database.Sqlite)
{
    private readonly DirectoryInfo _other = Directory.CreateTempSubdirectory("marketplace-copy-");

    [Fact]
    public async Task After_a_stop_everything_is_in_the_db_files()
    {
        await Fill();
        await Store.DisposeAsync();

        Assert.Empty(Directory.EnumerateFiles(Options.DataFolder, "*.db-wal"));
        CopyFiles("*.db");
        Assert.Empty(await Check(_other.FullName));
        using var readers = LogReaders.OpenSqlite(_other.FullName);
        Assert.Equal(3, await readers.Journal.ReadAll("", 0, Token).CountAsync(Token));
        Assert.Equal(2, await readers.Feed.ReadAll("", 0, Token).CountAsync(Token));
        Assert.Equal(2, await readers.Delivery.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_copy_of_an_open_store_without_its_write_ahead_logs_is_found_out_and_does_not_start()
    {
        await Fill();

        CopyFiles("*.db");

        Assert.Contains(await Check(_other.FullName), finding => finding is { Code: "write-ahead-log-missing", Key: "journal" });
        await AssertNotTrusted(_other.FullName, ".db-wal");
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("documents")]
    [InlineData("feed")]
    [InlineData("journal")]
    [InlineData("audit")]
    [InlineData("state")]
    public async Task A_start_without_one_of_the_files_is_refused_and_names_it(string file)
    {
        await Fill();
        await Store.DisposeAsync();
        File.Delete(Path.Combine(Options.DataFolder, file + ".db"));

        await AssertNotTrusted(Options.DataFolder, file + ".db");
    }

    [Theory]
    [InlineData("sync", "DELETE FROM delivery_state; DELETE FROM delivery_log")]
    [InlineData("feed", "DELETE FROM feed WHERE position = 2")]
    [InlineData("journal", "DELETE FROM journal WHERE position = 3")]
    [InlineData("usage", "DELETE FROM usage WHERE seq = 2")]
    [InlineData("usage", "DELETE FROM usage")]
    public async Task A_file_that_has_less_than_the_others_know_of_is_found_out(string file, string sql)
    {
        await Fill();
        await Store.DisposeAsync();
        Change(file, sql);

        Assert.Contains(await Check(Options.DataFolder), finding => finding.Code == "head-missing" && finding.Key == file);
        await AssertNotTrusted(Options.DataFolder, file + ".db");
    }

    [Fact]
    public async Task A_ledger_of_an_earlier_program_is_counted_once_and_lacks_nothing()
    {
        await Fill();
        await Store.DisposeAsync();
        Execute("usage", "DROP TRIGGER usage_row_added; DROP TRIGGER usage_row_gone; DROP TABLE usage_head");

        Assert.Empty(await Check(Options.DataFolder));
        await Restart();
        await Store.DisposeAsync();
        Assert.Empty(await Check(Options.DataFolder));
        Change("usage", "DELETE FROM usage WHERE seq = 2");
        Assert.Contains(await Check(Options.DataFolder), finding => finding is { Code: "head-missing", Key: "usage" });
    }

    [Fact]
    public async Task A_disk_that_is_full_when_a_file_is_opened_leaves_no_file_that_seems_to_have_lost_its_log()
    {
        await Fill();
        await Store.DisposeAsync();
        Execute(
            "journal",
            "CREATE TRIGGER full BEFORE UPDATE ON store_head WHEN new.file = 'open' AND new.reached = 2 BEGIN SELECT "
                + "RAISE(FAIL, 'full'); END"
        );

        await Assert.ThrowsAsync<SqliteException>(() => TestStore.Open(Options));
        Execute("journal", "DROP TRIGGER full");

        Assert.Empty(await Check(Options.DataFolder));
        await Restart();
        Assert.Equal(3, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_cursor_ahead_of_its_log_is_found_out()
    {
        await Fill();
        await Store.DisposeAsync();
        Change("audit", "INSERT INTO stream_cursors (queue, epoch, position) VALUES ('sync-0', 1, 77)");

        Assert.Contains(await Check(Options.DataFolder), finding =>
            finding.Code == "head-missing" && finding.Detail.Contains("77", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_backup_of_a_store_that_is_being_written_is_a_whole_store_of_one_instant()
    {
        await Fill();
        using var stop = new CancellationTokenSource();
        var writing = Write(stop.Token);

        var manifest = await FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token);
        await stop.CancelAsync();
        await writing;

        Assert.Equal(7, manifest.Files.Count);
        Assert.Empty(await Check(Target("backup")));
        await using (var store = await TestStore.Open(new StorageOptions { DataFolder = Target("backup") }))
        {
            // The feed's event is written before the fact that names it, so no instant shows the fact alone.
            var facts = await store.Journal.ReadAll("load/", 0, Token).CountAsync(fact => fact.Entity == "load/x", Token);
            var events = await store.Feed.ReadAll("loaded", 0, Token).CountAsync(item => item.Seller.Value == "loaded", Token);
            Assert.InRange(events, facts, facts + 1);
        }
    }

    [Fact]
    public async Task A_restored_backup_is_the_store_it_was_and_the_store_before_it_is_kept_aside()
    {
        await Fill();
        await FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token);
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/later", "op"), Token));
        await Store.DisposeAsync();

        var aside = await FolderBackup.Restore(Options.DataFolder, Target("backup"), TimeProvider.System, Token);

        Assert.NotNull(aside);
        Assert.Equal(4, await Count(aside));
        Assert.Equal(3, await Count(Options.DataFolder));
        await Restart();
        Assert.Equal(3, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_that_was_broken_off_is_named_by_every_start_and_goes_on_where_it_ended(bool isPlacing)
    {
        await Fill();
        await FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token);
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/later", "op"), Token));
        await Store.DisposeAsync();
        var aside = Path.Combine(Options.DataFolder, "before-restore-1");
        BreakOff(aside, isPlacing);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestStore.Open(Options));
        await Assert.ThrowsAsync<StartRefusedException>(() =>
            FolderBackup.Backup(Options.DataFolder, Target("of-half"), TimeProvider.System, Token)
        );
        Assert.Equal(aside, await FolderBackup.Restore(Options.DataFolder, Target("backup"), TimeProvider.System, Token));

        Assert.Contains("admin restore", refused.Message, StringComparison.Ordinal);
        Assert.Equal(StartRefusedException.StoreNotTrusted, refused.ExitCode);
        Assert.Equal(4, await Count(aside));
        await Restart();
        Assert.Equal(3, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
        Assert.Equal(
            ["marketplace.lock"],
            Directory
                .EnumerateFiles(Options.DataFolder)
                .Select(Path.GetFileName)
                .Where(name => !name!.Contains(".db", StringComparison.Ordinal))
        );
    }

    /// <summary>
    /// Leaves the folder as a power failure does: half of the files moved aside, or all of them and half of the backup's in place.
    /// </summary>
    private void BreakOff(string aside, bool isPlacing)
    {
        new RestoreMarker(Path.GetFileName(aside), isPlacing).Write(Options.DataFolder);
        Directory.CreateDirectory(aside);
        var files = Directory.EnumerateFiles(Options.DataFolder, "*.db").Order(StringComparer.Ordinal).ToArray();
        foreach (var file in isPlacing ? files : files[..(files.Length / 2)])
        {
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        }

        foreach (var file in isPlacing ? files[..(files.Length / 2)] : [])
        {
            File.Copy(Path.Combine(Target("backup"), Path.GetFileName(file)), file);
        }
    }

    [Theory]
    [InlineData("sync.db")]
    [InlineData("backup.json")]
    public async Task A_backup_that_lacks_something_is_not_restored_and_nothing_is_touched(string file)
    {
        await Fill();
        await FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token);
        await Store.DisposeAsync();
        File.Delete(Path.Combine(Target("backup"), file));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() =>
            FolderBackup.Restore(Options.DataFolder, Target("backup"), TimeProvider.System, Token)
        );

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, await Count(Options.DataFolder));
    }

    [Fact]
    public async Task A_backup_is_not_restored_under_a_running_server_nor_made_over_another()
    {
        await Fill();
        await FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token);

        await Assert.ThrowsAsync<StartRefusedException>(() =>
            FolderBackup.Restore(Options.DataFolder, Target("backup"), TimeProvider.System, Token)
        );
        await Assert.ThrowsAsync<StartRefusedException>(() =>
            FolderBackup.Backup(Options.DataFolder, Target("backup"), TimeProvider.System, Token)
        );
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/still-mine", "op"), Token));
    }

    private string Target(string name) => Path.Combine(_other.FullName, name);

    private async Task Fill()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/s-1", "op", count: 3), Token));
        await Store.Feed.Append([SampleEvents.Of("s-1", 1, "a"), SampleEvents.Of("s-1", 2, "b")], Token);
        await Use(1);
        await Use(2);
        var first = SampleDeliveries.Row("s-1/erp", null, 1);
        Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(first), Token));
        Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row("s-1/erp", first, 2)), Token));
    }

    private async Task Use(int seq)
    {
        var source = new UsageSource(UsageSource.Row("s-1/erp", seq));
        Assert.True(Store.Ledger.Signal(source));
        Assert.Equal("committed", await source.Answer(seq));
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
        }
    }

    private void CopyFiles(string pattern)
    {
        foreach (var file in Directory.EnumerateFiles(Options.DataFolder, pattern))
        {
            File.Copy(file, Path.Combine(_other.FullName, Path.GetFileName(file)));
        }
    }

    private void Change(string file, string sql) => Assert.True(Execute(file, sql) > 0);

    private int Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Options.DataFolder, file + ".db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private static async Task<List<Finding>> Check(string folder)
    {
        using var readers = LogReaders.OpenSqlite(folder);
        var findings = new List<Finding>();
        await readers.Check(findings.Add, Token);
        return findings;
    }

    private static async Task<int> Count(string folder)
    {
        using var readers = LogReaders.OpenSqlite(folder);
        return await readers.Journal.ReadAll("", 0, Token).CountAsync(Token);
    }

    private static async Task AssertNotTrusted(string folder, string named)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestStore.Open(new StorageOptions { DataFolder = folder }));
        Assert.Equal(StartRefusedException.StoreNotTrusted, refused.ExitCode);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }
}
