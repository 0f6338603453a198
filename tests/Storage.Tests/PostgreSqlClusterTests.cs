using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>The statements that we give Orleans for membership and reminders.</summary>
public sealed class PostgreSqlClusterTests
{
    private static readonly DateTime Start = new(2026, 11, 23, 8, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_silos_form_a_cluster_and_one_that_stops_leaves_it()
    {
        var options = await TestStore.New(Database.PostgreSql);
        await using var one = await TestSilo.Start(options);
        var two = await TestSilo.Start(options);
        var management = one.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        Assert.Equal(2, (await management.GetHosts(onlyActive: true, Token)).Count);

        var membership = one.Services.GetRequiredService<IMembershipTable>();
        var table = await membership.ReadAllAsync(Token);
        Assert.Equal(2, table.Members.Count);
        await membership.UpdateIAmAliveAsync(table.Members[0].Item1, Token);

        await two.DisposeAsync();
        Assert.Single((await membership.ReadAllAsync(Token)).Members, member => member.Item1.Status == SiloStatus.Active);
        await membership.CleanupDefunctSiloEntriesAsync(DateTimeOffset.MaxValue.AddYears(-1), Token);
        Assert.Single((await membership.ReadAllAsync(Token)).Members);
    }

    [Fact]
    public async Task Reminders_are_written_found_by_range_and_removed_by_version()
    {
        await using var silo = await TestSilo.Start(await TestStore.New(Database.PostgreSql));
        var reminders = silo.Services.GetRequiredService<IReminderTable>();
        var grain = GrainId.Create("bill", "bill/s-1/2026-11");
        var entry = new ReminderEntry
        {
            GrainId = grain,
            ReminderName = "close",
            StartAt = Start,
            Period = TimeSpan.FromDays(1),
        };
        await reminders.UpsertRow(entry, Token);
        entry.ETag = await reminders.UpsertRow(entry, Token);

        var read = await reminders.ReadRow(grain, "close", Token);
        Assert.Equal((Start, TimeSpan.FromDays(1), entry.ETag), (read!.StartAt, read.Period, read.ETag));
        Assert.Single((await reminders.ReadRows(grain, Token)).Reminders);
        var hash = grain.GetUniformHashCode();
        Assert.Single((await reminders.ReadRows(hash - 1, hash, Token)).Reminders);
        Assert.Empty((await reminders.ReadRows(hash, hash + 1, Token)).Reminders);
        Assert.Single((await reminders.ReadRows(0, 0, Token)).Reminders);

        Assert.False(await reminders.RemoveRow(grain, "close", "0", Token));
        Assert.True(await reminders.RemoveRow(grain, "close", entry.ETag!, Token));
        Assert.Empty((await reminders.ReadRows(grain, Token)).Reminders);
    }
}
