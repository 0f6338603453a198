using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Timing;

/// <summary>A share's timer dies with its silo; the other silos then activate the share again.</summary>
public sealed class SiloDeathTests : IAsyncLifetime
{
    // A share waits a little longer than until its deadline.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly DeadlineCluster _cluster = new() { Silos = 3, IsPolled = true };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task An_entity_is_woken_at_its_deadline_though_the_silo_of_its_share_has_died()
    {
        var entity = DeadlineCluster.EntitiesOf("death", 1)[0];
        // The rounds after the start would activate the share, too; the next regular ones are five minutes later.
        await Eventually.Holds(() => _cluster.WatchersOf(entity) == 3, "the first round of each silo");
        await _cluster.Schedule(entity, _cluster.Time.GetUtcNow().AddHours(1));
        Assert.Equal(1, _cluster.Entities.TicksOf(entity));

        await _cluster.KillSiloOf(entity);
        _cluster.Entities.Due[entity] = null;
        _cluster.Time.Advance(TimeSpan.FromHours(1) + Moment);

        await Eventually.Holds(() => _cluster.Entities.TicksOf(entity) == 2, "the entity is woken");
    }
}
