using Marketplace.Deliveries;
using Marketplace.Grains.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Two activations' sides of one delivery log.</summary>
public sealed class DeliveryStoreTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly InstallationId Id = InstallationId.Parse("seller-1/plugin-1", null);

    private readonly InMemoryDeliveryLog _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DeliveryProgress _progress = new(new SavedProgress(), RetryPolicy.Standard, MarketCalendar.Shanghai);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wake_up_that_was_due_is_put_off_unless_another_activation_has_scheduled_one_since()
    {
        var (old, newer) = (Store(), Store());
        await old.Mark();
        await newer.Load(Token);
        _time.Advance(Lease);
        await newer.Mark();

        await old.Settle(_progress, null);
        Assert.Equal((_time.GetUtcNow() + Lease, false), (old.DueAt!.Value, old.OwnsWakeUp));
        Assert.Equal(_time.GetUtcNow() + Lease, await Stored());

        _time.Advance(Lease);
        await newer.Settle(_progress, null);
        Assert.Null(await Stored());
        Assert.Null(newer.DueAt);
    }

    [Fact]
    public async Task A_stale_activations_last_row_leaves_the_wake_up_that_a_newer_one_relies_on()
    {
        var (stale, newer) = (Store(), Store());
        await stale.Mark();
        await newer.Load(Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await newer.Secure(_progress);
        Assert.True(newer.IsSecured);

        AddEntry();
        await stale.Settle(_progress, null);
        Assert.Equal(1, (await _log.ReadState(Id, Token))!.No);
        Assert.Equal(_time.GetUtcNow() + Lease, await Stored());

        AddEntry();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => newer.Settle(_progress, null));
        Assert.Equal(_time.GetUtcNow() + Lease, await Stored());
    }

    [Fact]
    public async Task A_wake_up_that_was_only_read_is_not_relied_on()
    {
        var (first, second) = (Store(), Store());
        await first.Mark();
        await second.Load(Token);

        Assert.Equal((true, false), (first.IsSecured, second.IsSecured));
        _time.Advance(TimeSpan.FromSeconds(1));
        await second.Secure(_progress);
        Assert.True(second.IsSecured);
        Assert.Equal(_time.GetUtcNow() + Lease, await Stored());
    }

    [Fact]
    public async Task What_is_due_is_not_left_to_a_wake_up_that_was_only_read()
    {
        var (old, newer) = (Store(), Store());
        await old.Mark();
        await newer.Load(Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await newer.Settle(_progress, _time.GetUtcNow().AddMinutes(10));
        Assert.True(newer.OwnsWakeUp);

        _time.Advance(Lease - TimeSpan.FromSeconds(1));
        await old.Settle(_progress, null);
        Assert.Equal(_time.GetUtcNow().AddSeconds(1), await Stored());
    }

    [Fact]
    public async Task What_is_due_is_not_left_to_a_wake_up_that_another_one_has_scheduled_since()
    {
        var (old, newer) = (Store(), Store());
        await old.Mark();
        await newer.Load(Token);
        _time.Advance(Lease);
        await newer.Mark();
        _time.Advance(TimeSpan.FromSeconds(1));
        await old.Settle(_progress, _time.GetUtcNow().AddMinutes(10));
        Assert.True(old.OwnsWakeUp);

        _time.Advance(Lease - TimeSpan.FromSeconds(1));
        await newer.Settle(_progress, null);
        Assert.Equal(_time.GetUtcNow().AddSeconds(1), await Stored());
    }

    [Fact]
    public async Task A_wake_up_that_another_one_has_made_earlier_is_known_once_it_is_due()
    {
        var store = Store();
        AddEntry();
        await store.Settle(_progress, null);
        await _log.Mark(Id, _time.GetUtcNow(), Token);

        await store.RefreshWakeUp(Token);
        Assert.Equal((_time.GetUtcNow(), false), (store.DueAt!.Value, store.OwnsWakeUp));
        await store.Settle(_progress, null);
        Assert.Null(await Stored());
    }

    [Fact]
    public async Task What_is_due_later_is_marked_at_the_end_of_the_lease_and_put_off_from_there()
    {
        var store = Store();
        var now = _time.GetUtcNow();
        await store.Settle(_progress, now.AddHours(2));
        Assert.Equal(now + Lease, await Stored());

        _time.Advance(Lease);
        await store.Settle(_progress, now.AddHours(1));
        Assert.Equal(now.AddHours(1), await Stored());

        await store.Settle(_progress, now.AddHours(3));
        Assert.Equal(now.AddHours(1), await Stored());
        await store.Settle(_progress, null);
        Assert.Equal(now.AddHours(1), await Stored());
    }

    private DeliveryStore Store() => new(_log, Id, Lease, _time);

    private void AddEntry() =>
        _progress.Log(new DeliveryEntry(1, 1, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, _time.GetUtcNow()));

    private async Task<DateTimeOffset?> Stored() => (await _log.ReadState(Id, Token))!.DueAt;
}
