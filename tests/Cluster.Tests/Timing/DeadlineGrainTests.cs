using Marketplace.Catalogue;
using Marketplace.Grains.Catalogue;
using Marketplace.Grains.Timing;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Marketplace.Timing;
using Xunit;

namespace Marketplace.Cluster.Tests.Timing;

/// <summary>A share of deadlines: whom it wakes, when, and what it keeps over failures and restarts.</summary>
public sealed class DeadlineGrainTests(DeadlineCluster cluster) : IClassFixture<DeadlineCluster>
{
    // A share waits a little longer than until its deadline.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private DateTimeOffset Now => cluster.Time.GetUtcNow();

    [Fact]
    public async Task An_entity_is_woken_when_its_deadline_has_come_and_not_before()
    {
        var entity = DeadlineCluster.EntitiesOf("due", 1)[0];
        await cluster.Schedule(entity, Now.AddHours(1));
        Assert.Equal(1, await cluster.Watch(entity));
        Assert.Equal(1, cluster.Entities.TicksOf(entity));

        cluster.Entities.Due[entity] = null;
        cluster.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, await cluster.Watch(entity));
        Assert.Equal(2, cluster.Entities.TicksOf(entity));
        await cluster.Watch(entity);
        Assert.Equal(2, cluster.Entities.TicksOf(entity));
    }

    [Fact]
    public async Task A_share_wakes_itself_at_its_next_deadline()
    {
        var entities = DeadlineCluster.EntitiesOf("itself", 2);
        await cluster.Schedule(entities[0], Now.AddHours(2));
        await cluster.Schedule(entities[1], Now.AddHours(1));
        cluster.Entities.Due[entities[1]] = null;

        cluster.Time.Advance(TimeSpan.FromHours(1) + Moment);

        await Eventually.Holds(() => cluster.Entities.TicksOf(entities[1]) == 2, "the share has woken its entity");
        Assert.Equal(1, cluster.Entities.TicksOf(entities[0]));
    }

    [Fact]
    public async Task A_deadline_outlives_the_activation_that_noted_it()
    {
        var entity = DeadlineCluster.EntitiesOf("restart", 1)[0];
        await cluster.Schedule(entity, Now.AddHours(1));

        await cluster.Restart(entity);

        cluster.Entities.Due[entity] = null;
        cluster.Time.Advance(TimeSpan.FromHours(1));
        await cluster.Watch(entity);
        Assert.Equal(2, cluster.Entities.TicksOf(entity));
    }

    [Fact]
    public async Task A_deadline_whose_write_failed_is_written_at_the_next_watch()
    {
        var entity = DeadlineCluster.EntitiesOf("unwritten", 1)[0];
        cluster.Deadlines.RefusesWrites = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Schedule(entity, Now.AddHours(1)));
        cluster.Deadlines.RefusesWrites = false;
        await cluster.Watch(entity);

        await cluster.Restart(entity);

        cluster.Entities.Due[entity] = null;
        cluster.Time.Advance(TimeSpan.FromHours(1));
        await cluster.Watch(entity);
        Assert.Equal(2, cluster.Entities.TicksOf(entity));
    }

    [Fact]
    public async Task An_entity_that_cannot_be_woken_holds_up_no_other_and_is_asked_again_half_a_minute_later()
    {
        var entities = DeadlineCluster.EntitiesOf("away", 2);
        var (away, other) = (entities[0], entities[1]);
        await cluster.Schedule(away, Now);
        await cluster.Schedule(other, Now);
        cluster.Entities.Away[away] = true;
        cluster.Entities.Due[other] = null;

        Assert.Equal(1, await cluster.Watch(away));
        Assert.Equal((2, 2), (cluster.Entities.TicksOf(away), cluster.Entities.TicksOf(other)));
        cluster.Time.Advance(TimeSpan.FromSeconds(29));
        await cluster.Watch(away);
        Assert.Equal(2, cluster.Entities.TicksOf(away));

        cluster.Entities.Away.TryRemove(away, out _);
        cluster.Entities.Due[away] = null;
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await cluster.Watch(away));
        Assert.Equal(3, cluster.Entities.TicksOf(away));
    }

    [Fact]
    public async Task No_more_than_two_hundred_are_woken_at_once_those_first_that_wait_longest()
    {
        var entities = DeadlineCluster.EntitiesOf("many", 203);
        var (last, first) = (entities[..3], entities[3..]);
        for (var i = 0; i < entities.Length; i++)
        {
            await cluster.Schedule(entities[i], Now.AddHours(1).AddMilliseconds(-i));
            cluster.Entities.Due[entities[i]] = null;
        }

        cluster.Time.Advance(TimeSpan.FromHours(1) + Moment);

        await Eventually.Holds(() => first.All(IsWoken), "the first two hundred are woken");
        Assert.DoesNotContain(last, entity => IsWoken(entity));
        await Eventually.Holds(
            () =>
            {
                cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return last.All(IsWoken);
            },
            "the others are woken"
        );
        Assert.Equal(0, await cluster.Watch(entities[0]));
        Assert.All(entities, entity => Assert.Equal(2, cluster.Entities.TicksOf(entity)));

        bool IsWoken(string entity) => cluster.Entities.TicksOf(entity) > 1;
    }

    [Fact]
    public async Task An_activation_that_has_lost_its_shard_ends_at_its_next_write_and_the_next_one_has_all_deadlines()
    {
        var entities = DeadlineCluster.EntitiesOf("lost", 2);
        await cluster.Schedule(entities[0], Now.AddHours(1));
        await cluster.Deadlines.Claim(DeadlineShards.KeyOf(entities[0]), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => cluster.Schedule(entities[1], Now.AddHours(1)));

        await Eventually.Holds(
            async () =>
            {
                try
                {
                    await cluster.Schedule(entities[1], Now.AddHours(1));
                    return await cluster.Watch(entities[0]) == 2;
                }
                catch (StoreUnavailableException)
                {
                    return false;
                }
            },
            "another activation with both deadlines"
        );
    }

    [Fact]
    public async Task Deadlines_that_an_earlier_build_stored_in_one_state_are_kept()
    {
        var entities = DeadlineCluster.EntitiesOf("earlier", 2);
        var shard = DeadlineShards.KeyOf(entities[0]);
        cluster.Storage.Put(shard, new Deadlines { Due = entities.ToDictionary(entity => entity, _ => Now.AddHours(1)) });
        cluster.Entities.Due[entities[0]] = cluster.Entities.Due[entities[1]] = null;
        cluster.Deadlines.RefusesWrites = true;
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Watch(entities[0]));
        Assert.True(cluster.Storage.Has(shard), "The state was given up before its deadlines were written.");
        cluster.Deadlines.RefusesWrites = false;

        Assert.Equal(2, await cluster.Watch(entities[0]));
        Assert.False(cluster.Storage.Has(shard));
        cluster.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await cluster.Watch(entities[0]));
        Assert.Equal((1, 1), (cluster.Entities.TicksOf(entities[0]), cluster.Entities.TicksOf(entities[1])));
    }

    [Fact]
    public async Task Sellers_of_a_plugin_that_an_earlier_build_stored_in_one_state_are_kept()
    {
        var plugin = PluginId.Parse("earlier", null);
        var sellers = Enumerable.Range(0, 2_000).Select(number => SellerId.Parse($"seller-{number:0000}", null)).ToArray();
        var shard = PluginSellerShards.KeyOf(plugin, sellers[0]);
        SellerId[] expected = [.. sellers.Where(seller => PluginSellerShards.KeyOf(plugin, seller) == shard)];
        cluster.Storage.Put(shard, new PluginSellers { Sellers = [.. expected.Select(seller => seller.Value)] });
        var grain = cluster.Grain<IPluginSellersGrain>(shard);
        var added = SellerId.Parse("zz-new", null);

        await grain.Add(added);
        await grain.Add(added);

        var read = new List<SellerId>();
        for (var page = await grain.ReadPage(null); page.Length > 0; page = await grain.ReadPage(page[^1]))
        {
            read.AddRange(page);
        }

        Assert.Equal([.. expected, added], read);
        Assert.False(cluster.Storage.Has(shard));
    }
}
