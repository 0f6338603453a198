using System.Globalization;
using Marketplace.Process.Tests.Kit;
using Marketplace.Process.Tests.Load;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>A backup as the operator makes it and restores it: the built program's commands, and servers around them.</summary>
public sealed class BackupTests : IDisposable
{
    private const int Failed = 1;
    private const int WrongSetting = 2;
    private const int StoreNotTrusted = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketplace-backup-");

    private string Backup => Path.Combine(_folder.FullName, "backup");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task A_backup_of_a_stopped_server_goes_on_in_a_fresh_store_where_it_ended(StoreKind store)
    {
        await BusinessDay.WaitIfItEndsSoon();
        await using var silo = new SiloProcess(await Store.Fresh(store));
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 2);
        var last = await Call(shop, times: 7);
        var before = await State(shop);
        Assert.Equal(0, await silo.Terminate());
        var options = await Store.Fresh(store);
        await using var other = new SiloProcess(options);

        await Succeed(silo, "backup");
        await Succeed(other, "restore");
        await Store.Verify(other, options);
        await other.Start();

        using var restored = shop.At(other);
        Assert.Equal(before, await State(restored));
        Assert.Equal(last + 1, await Call(restored, times: 1));
        await Store.StopAndVerify(other, options);
    }

    [Fact]
    public async Task A_database_that_holds_a_store_is_not_restored_into()
    {
        await BusinessDay.WaitIfItEndsSoon();
        var options = await Store.Fresh(StoreKind.PostgreSql);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 1);
        await Succeed(silo, "backup");
        await Call(shop, times: 3);
        var before = await State(shop);

        await Refused(silo, "restore", Failed, "is not empty");

        await Store.StopAndVerify(silo, options);
        await silo.Start();
        Assert.Equal(before, await State(shop));
    }

    [Fact]
    public async Task A_folder_is_restored_into_when_its_server_has_stopped_and_its_earlier_store_is_kept()
    {
        await BusinessDay.WaitIfItEndsSoon();
        var options = await Store.Fresh(StoreKind.Sqlite);
        await using var silo = new SiloProcess(options);
        await silo.Start();
        using var shop = await Shop.Open(silo, sellers: 1);
        var last = await Call(shop, times: 3);
        await Succeed(silo, "backup");
        await Call(shop, times: 4);

        await Refused(silo, "restore", Failed, silo.DataFolder);
        await Refused(silo, "backup", WrongSetting, "is not empty");
        Assert.Equal(0, await silo.Terminate());
        await Succeed(silo, "restore");

        Assert.Single(Directory.EnumerateDirectories(silo.DataFolder, "before-restore-*"));
        await silo.Start();
        Assert.Equal(last + 1, await Call(shop, times: 1));
        await Store.StopAndVerify(silo, options);
    }

    [Fact]
    public async Task A_backup_that_was_changed_or_is_none_is_refused_and_no_store_is_made_of_it()
    {
        await using var silo = new SiloProcess(new SiloOptions { Demo = false });
        await silo.Start();
        await Succeed(silo, "backup");
        await using var other = new SiloProcess(new SiloOptions());

        await File.AppendAllTextAsync(Path.Combine(Backup, "journal.db"), "x", TestContext.Current.CancellationToken);
        await Refused(other, "restore", StoreNotTrusted, "journal.db");
        File.Delete(Path.Combine(Backup, "backup.json"));
        await Refused(other, "restore", Failed, "backup.json");

        Assert.Empty(Directory.EnumerateFiles(other.DataFolder, "*.db", SearchOption.AllDirectories));
    }

    private async Task Succeed(SiloProcess silo, string command)
    {
        var result = await Admin(silo, command);
        Assert.True(result.ExitCode == 0, $"admin {command} ended with {result.ExitCode}:\n{result.Output}");
    }

    private async Task Refused(SiloProcess silo, string command, int code, string named)
    {
        var result = await Admin(silo, command);
        Assert.True(result.ExitCode == code, $"admin {command} ended with {result.ExitCode}:\n{result.Output}");
        var line = Assert.Single(result.Output.Split('\n'));
        Assert.StartsWith("Nothing was done: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    private Task<ProgramResult> Admin(SiloProcess silo, string command) => silo.Admin(command, Backup);

    /// <summary>Calls of the shop's last installation.</summary>
    /// <returns>The number of the last one in its receipt.</returns>
    private static async Task<long> Call(Shop shop, int times)
    {
        var seq = 0L;
        for (var i = 0; i < times; i++)
        {
            seq = (await shop.Client.Get(shop.Installations[^1], "orders")).OrThrow().Receipt!.Seq;
        }

        return seq;
    }

    /// <summary>What a seller is billed and allowed, and every row of the ledger.</summary>
    private static async Task<string> State(Shop shop)
    {
        var installation = shop.Installations[^1];
        var used = (await shop.Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt64();
        var day = (await shop.Client.Export("ledger").LastAsync()).GetProperty("day").GetString()!;
        var bill = (await shop.Client.Bill(Shop.SellerOf(installation), DateOnly.Parse(day, CultureInfo.InvariantCulture))).OrThrow().Json;
        var billed = bill.EnumerateObject().Where(member => member.Name != "as_of").Select(member => member.ToString());
        var rows = await shop.Client.Export("ledger").Select(row => row.GetRawText()).ToListAsync();
        return string.Join('\n', [$"{used}", .. billed, .. rows]);
    }
}
