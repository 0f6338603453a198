using Marketplace.Grains.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Two activations' sides of one delivery log.</summary>
public sealed class DeliveryStoreTests
{
    [Fact]
    public async Task A_look_is_put_off_unless_another_activation_has_noted_one_meanwhile()
    {
        var token = TestContext.Current.CancellationToken;
        var (log, id, time) = (new InMemoryDeliveryLog(), InstallationId.Parse("seller-1/plugin-1", null), new FakeTimeProvider());
        using var old = new DeliveryStore(log, id, time);
        using var newer = new DeliveryStore(log, id, time);
        var due = time.GetUtcNow();
        await old.Mark(due);
        await newer.Load(token);
        await newer.Mark(due.AddSeconds(30));

        await old.PutOff(null);
        Assert.Equal(due.AddSeconds(30), (await log.ReadState(id, token))!.DueAt);
        Assert.Equal(due.AddSeconds(30), old.Due);

        await newer.PutOff(null);
        Assert.Null((await log.ReadState(id, token))!.DueAt);
        Assert.Null(newer.Due);
    }
}
