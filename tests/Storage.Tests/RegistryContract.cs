using Marketplace.Grains.Ports;
using Marketplace.Sellers;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class RegistriesOnSqlite() : RegistryContract(Database.Sqlite);

public sealed class RegistriesOnPostgreSql() : RegistryContract(Database.PostgreSql);

public sealed class RegistriesInMemory() : RegistryContract(Database.Memory);

/// <summary>What keeps a row for each seller of a plugin and for each deadline.</summary>
public abstract class RegistryContract(Database database) : StoreTest(database)
{
    private static readonly DateTimeOffset Due = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(8)).AddTicks(7);

    private IPluginSellers Sellers => Store.Services.GetRequiredService<IPluginSellers>();

    private IDeadlines Deadlines => Store.Services.GetRequiredService<IDeadlines>();

    [Fact]
    public async Task A_seller_is_in_its_shard_once_and_shards_are_read_page_by_page_in_ordinal_order()
    {
        foreach (var id in new[] { "b", "a", "Z", "a", "c" })
        {
            await Sellers.Add("plugin-sellers/p/1", [Seller(id)], Token);
        }

        await Sellers.Add("plugin-sellers/p/2", [Seller("x")], Token);
        await Sellers.Add("plugin-sellers/p/3", [.. Enumerable.Range(0, 1_000).Select(number => Seller($"s-{number:000}"))], Token);

        Assert.Equal(["Z", "a"], await Read("plugin-sellers/p/1", null, 2));
        Assert.Equal(["b", "c"], await Read("plugin-sellers/p/1", "a", 9));
        Assert.Equal(["x"], await Read("plugin-sellers/p/2", null, 9));
        Assert.Empty(await Read("plugin-sellers/p/1", "c", 9));
        Assert.Equal(1_000, (await Read("plugin-sellers/p/3", null, 2_000)).Length);
    }

    [Fact]
    public async Task A_deadline_is_exact_replaced_and_removed()
    {
        var (one, two) = (await Deadlines.Claim("deadlines/1", Token), await Deadlines.Claim("deadlines/2", Token));
        Assert.True(await Deadlines.Set("deadlines/1", one, [new("installation/s/p", Due), new("enterprise/e", Due)], Token));
        Assert.True(await Deadlines.Set("deadlines/2", two, [new("enterprise/f", Due)], Token));
        Assert.True(await Deadlines.Set("deadlines/1", one, [new("installation/s/p", Due.AddTicks(1)), new("enterprise/e", null)], Token));
        Assert.True(await Deadlines.Set("deadlines/1", one, [new("enterprise/e", null)], Token));

        Assert.Equal([new Deadline("installation/s/p", Due.AddTicks(1))], await Deadlines.Read("deadlines/1", Token).ToListAsync(Token));
        Assert.Equal([new Deadline("enterprise/f", Due)], await Deadlines.Read("deadlines/2", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Who_has_lost_a_shard_changes_nothing_in_it()
    {
        var first = await Deadlines.Claim("deadlines/3", Token);
        await Deadlines.Set("deadlines/3", first, [new("enterprise/a", Due), new("enterprise/b", Due)], Token);
        var second = await Deadlines.Claim("deadlines/3", Token);

        Assert.False(await Deadlines.Set("deadlines/3", first, [new("enterprise/a", Due.AddDays(1)), new("enterprise/b", null)], Token));
        Assert.False(await Deadlines.Set("deadlines/3", first, [new("enterprise/c", Due)], Token));

        Assert.Equal(
            [new Deadline("enterprise/a", Due), new Deadline("enterprise/b", Due)],
            await Deadlines.Read("deadlines/3", Token).ToListAsync(Token)
        );
        Assert.True(await Deadlines.Set("deadlines/3", second, [new("enterprise/b", null)], Token));
        Assert.Single(await Deadlines.Read("deadlines/3", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_shard_of_any_size_is_read_whole()
    {
        var entities = Enumerable.Range(0, 1_201).Select(number => $"enterprise/{number:0000}").ToArray();
        var epoch = await Deadlines.Claim("deadlines/9", Token);
        foreach (var some in entities.Chunk(1_000))
        {
            await Deadlines.Set("deadlines/9", epoch, [.. some.Select(entity => new DeadlineChange(entity, Due))], Token);
        }

        Assert.Equal(entities, await Deadlines.Read("deadlines/9", Token).Select(deadline => deadline.Entity).ToListAsync(Token));
    }

    private static SellerId Seller(string id) => SellerId.Parse(id, null);

    private async Task<string[]> Read(string shard, string? after, int limit) =>
        [.. (await Sellers.Read(shard, after is null ? null : Seller(after), limit, Token)).Select(seller => seller.Value)];
}
