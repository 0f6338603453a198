using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Grains.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Events;

/// <summary>One silo over a feed in memory.</summary>
public sealed class FeedCluster : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    internal InMemoryFeed Feed { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal InProcessTestCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddSingleton<IFeed>(Feed);
                silo.Services.AddSingleton<PublishedOrders>();
                silo.Services.AddSingleton<IOrderReader, OrderReader>();
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}

public sealed class FeedGrainTests(FeedCluster fixture) : IClassFixture<FeedCluster>
{
    private const string CreatedData = """
        {"currency":"BRL","items":[{"line":1,"product_id":"p-1","quantity":2,"unit_price":10}],
         "buyer":{"name":"CANARY","email":"canary@example.com","region":"SP","country":"BR"},"gift":"CANARY"}
        """;

    private static int SellerCount;

    private readonly SellerId _seller = SellerId.Parse($"seller-{Interlocked.Increment(ref SellerCount)}", null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IFeedGrain Grain => GrainOf(_seller);

    private IServiceProvider Silo => fixture.Cluster.Silos.Single().ServiceProvider;

    [Fact]
    public async Task Events_keep_their_order_and_a_repeat_gets_the_first_place()
    {
        var first = await Grain.Append([Created("o-1"), Step("o-1", EventTypes.OrderPaid), Created("o-1")], Token);
        var again = await Grain.Append([Step("o-1", EventTypes.OrderPaid), Step("o-1", EventTypes.OrderShipped)], Token);

        Assert.Equal([new AppendedEvent(1, false), new AppendedEvent(2, false), new AppendedEvent(1, true)], first);
        Assert.Equal([new AppendedEvent(2, true), new AppendedEvent(3, false)], again);
        Assert.Equal(OrderStatus.Shipped, (await Grain.GetOrder("o-1", null, Token)).Value!.Status);
    }

    [Fact]
    public async Task An_event_under_the_name_of_another_sellers_is_no_duplicate_and_the_others_are_taken()
    {
        var shared = Created("o-1", "shared-" + _seller);
        await GrainOf(SellerId.Parse(_seller + "-b", null)).Append([shared], Token);
        var answers = await Grain.Append([Created("o-2"), shared, Created("o-3")], Token);

        Assert.Equal([new AppendedEvent(1, false), AppendedEvent.Reused, new AppendedEvent(2, false)], answers);
    }

    [Fact]
    public async Task Another_event_under_a_known_name_is_told_from_a_repeat_within_a_call_and_after_it()
    {
        var created = Created("o-1", "one-" + _seller);
        var paid = Step("o-1", EventTypes.OrderPaid) with { Id = created.Id, Source = created.Source };
        var first = await Grain.Append([created, paid, created], Token);
        var again = await Grain.Append([Created("o-2"), paid, created, created with { Time = created.Time.AddSeconds(1) }], Token);

        Assert.Equal([new AppendedEvent(1, false), AppendedEvent.Reused, new AppendedEvent(1, true)], first);
        Assert.Equal([new AppendedEvent(2, false), AppendedEvent.Reused, new AppendedEvent(1, true), AppendedEvent.Reused], again);
        Assert.Equal(OrderStatus.Created, (await Grain.GetOrder("o-1", null, Token)).Value!.Status);
    }

    [Fact]
    public async Task Of_two_sellers_that_race_for_one_name_one_event_is_taken()
    {
        var other = GrainOf(SellerId.Parse(_seller + "-c", null));
        for (var i = 0; i < 20; i++)
        {
            var shared = Created("o-1", $"raced-{_seller}-{i}");
            var answers = await Task.WhenAll(Grain.Append([shared], Token), other.Append([shared], Token));

            Assert.Single(answers.SelectMany(answer => answer), answer => answer is { Duplicate: false, IsReused: false });
            Assert.Single(answers.SelectMany(answer => answer), answer => answer.IsReused);
        }
    }

    [Fact]
    public async Task The_sealed_parts_of_orders_are_those_of_all_their_creations()
    {
        var sealedPart = new byte[] { 1, 2, 3 };
        await Grain.Append(
            [
                Created("o-1", "first-" + _seller) with
                {
                    Sealed = sealedPart,
                },
                Step("o-1", EventTypes.OrderPaid),
                Created("o-2", "other-" + _seller) with
                {
                    Sealed = default,
                },
            ],
            Token
        );
        await Grain.Append([Created("o-1", "second-" + _seller) with { Sealed = new byte[] { 4 } }], Token);

        for (var again = 0; again < 2; again++)
        {
            var parts = await Grain.ReadBuyers(["o-1", "o-2", "o-unknown"], Token);
            Assert.Equal(["o-1 010203", "o-1 04"], parts.Select(part => $"{part.OrderId} {Convert.ToHexString(part.Bytes.Span)}"));
        }
    }

    [Fact]
    public async Task Concurrent_batches_with_the_same_events_count_each_once()
    {
        var batch = Enumerable.Range(1, 50).Select(i => Created($"o-{i}")).ToImmutableArray();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Grain.Append(batch, Token)));

        Assert.Equal(50, answers.Sum(answer => answer.Count(appended => !appended.Duplicate)));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), fixture.Feed.Of(_seller).Select(@event => @event.Seq));
    }

    [Fact]
    public async Task A_grain_whose_feed_was_written_by_another_activation_reads_again_and_goes_on_behind_it()
    {
        await Grain.Append([Created("o-1")], Token);
        await fixture.Feed.Append([Created("o-2").At(_seller, 2, fixture.Time.GetUtcNow())], Token);
        var answers = await Grain.Append([Created("o-3"), Created("o-2")], Token);

        Assert.Equal([new AppendedEvent(3, false), new AppendedEvent(2, true)], answers);
        Assert.Equal(["o-1", "o-2", "o-3"], (await Grain.ListOrders(default, 0, 10, null, Token)).Items.Select(order => order.Id));
    }

    [Fact]
    public async Task A_write_on_a_stale_book_is_decided_again_on_what_the_other_activation_wrote()
    {
        await Grain.Append([Created("o-1")], Token);
        await fixture.Feed.Append([Step("o-1", EventTypes.OrderCancelled).At(_seller, 2, fixture.Time.GetUtcNow())], Token);
        var refused = await Grain.Write(Command(new PluginWrite.TrackOrder("o-1", "t-1", null)), Token);

        Assert.Equal(SyncRefusals.OrderStateConflict, refused.Refusal?.Code);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_in_the_store_is_found_again_by_its_repeat()
    {
        await Grain.Append([Created("o-1")], Token);
        var command = Command(new PluginWrite.FlagOrder("o-1", "other", "look"));
        fixture.Feed.LosesNextAnswer = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Grain.Write(command, Token));
        var receipt = (await Grain.Write(command, Token)).Value!;

        Assert.Equal((command.EventId, 2L, 1), (receipt.EventId, receipt.Seq, receipt.Order!.Flags.Length));
        Assert.Equal(2, fixture.Feed.Of(_seller).Count);
    }

    [Fact]
    public async Task A_store_that_is_down_changes_nothing_and_is_no_longer_noticed_when_it_is_back()
    {
        await Grain.Append([Created("o-1")], Token);
        fixture.Feed.IsDown = true;
        try
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Grain.Append([Created("o-2")], Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                GrainOf(SellerId.Parse(_seller + "-cold", null)).GetHealth(null, Token)
            );
        }
        finally
        {
            fixture.Feed.IsDown = false;
        }

        Assert.Equal(new AppendedEvent(2, false), Assert.Single(await Grain.Append([Created("o-2")], Token)));
    }

    [Fact]
    public async Task A_new_activation_replays_to_the_same_state()
    {
        await Grain.Append([Step("o-1", EventTypes.OrderPaid), Created("o-1"), Created("o-2")], Token);
        await Grain.Write(Command(new PluginWrite.MergeOrders("o-1", ["o-2"])), Token);
        await Grain.Write(Command(new PluginWrite.TrackOrder("o-1", "t-1", "Correios")), Token);
        var before = JsonSerializer.Serialize(await Grain.ListOrders(default, 0, 10, null, Token));
        Assert.Equal(["o-2"], (await Grain.GetOrder("o-1", null, Token)).Value!.MergedWith);
        await fixture.Cluster.DeactivateAsync(Grain);

        Assert.Equal(before, JsonSerializer.Serialize(await Grain.ListOrders(default, 0, 10, null, Token)));
    }

    [Fact]
    public async Task A_read_order_is_published_in_its_silo_and_never_older_than_what_was_acknowledged()
    {
        await Grain.Append([Created("o-1"), Created("o-2")], Token);
        Assert.False(IsPublished("o-1"));
        await Read("o-1");
        await Read("o-2");
        Assert.True(IsPublished("o-1"));

        await Grain.Append([Step("o-1", EventTypes.OrderPaid)], Token);

        Assert.False(IsPublished("o-1"));
        Assert.True(IsPublished("o-2"));
        Assert.Equal(OrderStatus.Paid, (await Read("o-1")).Value!.Status);
        Assert.True(IsPublished("o-1"));
    }

    [Fact]
    public async Task A_published_order_is_read_under_the_sync_window()
    {
        await Grain.Append([Created("o-1")], Token);
        var created = (await Read("o-1")).Value!.CreatedAt;
        Assert.True(IsPublished("o-1"));

        Assert.NotNull((await Read("o-1", created)).Value);
        Assert.Equal(SyncRefusals.OutsideSyncWindow, (await Read("o-1", created.AddTicks(1))).Refusal?.Code);
    }

    [Fact]
    public async Task Orders_are_withdrawn_with_the_index_they_come_from()
    {
        await Grain.Append([Created("o-1")], Token);
        await Read("o-1");
        await fixture.Cluster.DeactivateAsync(Grain);
        Assert.False(IsPublished("o-1"));

        await Read("o-1");
        fixture.Feed.LosesNextAnswer = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Grain.Append([Step("o-1", EventTypes.OrderPaid)], Token));
        Assert.False(IsPublished("o-1"));
        Assert.Equal(OrderStatus.Paid, (await Read("o-1")).Value!.Status);
    }

    [Fact]
    public async Task A_seller_without_events_costs_nothing_in_the_store()
    {
        var appends = fixture.Feed.Appends;
        var page = await Grain.ListOrders(default, 0, 10, null, Token);
        var missing = await Grain.GetOrder("o-1", null, Token);
        await Grain.Append([], Token);

        Assert.Empty(page.Items);
        Assert.Equal(SyncRefusals.OrderNotFound, missing.Refusal?.Code);
        Assert.Equal(appends, fixture.Feed.Appends);
    }

    [Fact]
    public async Task Private_values_are_in_no_answer_and_in_no_public_data()
    {
        await Grain.Append([Created("o-1")], Token);
        var order = (await Grain.GetOrder("o-1", null, Token)).Value!;
        var shown =
            JsonSerializer.Serialize(order)
            + string.Concat(fixture.Feed.Of(_seller).Select(@event => Encoding.UTF8.GetString(@event.Data.Span)));

        Assert.DoesNotContain("canary", shown, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(PrivateFields.Name | PrivateFields.Email, order.Buyer!.Sealed);
    }

    private IFeedGrain GrainOf(SellerId seller) => fixture.Cluster.Client.GetGrain<IFeedGrain>(GrainKeys.Feed(seller));

    private ValueTask<Outcome<OrderView>> Read(string order, DateTimeOffset? visibleFrom = null) =>
        Silo.GetRequiredService<IOrderReader>().GetOrder(_seller, order, visibleFrom, Token);

    private bool IsPublished(string order) => Silo.GetRequiredService<PublishedOrders>().TryGet(_seller, order, null, out _);

    private IncomingEvent Created(string order, string? id = null) => Incoming(EventTypes.OrderCreated, order, CreatedData, id);

    private IncomingEvent Step(string order, string type) => Incoming(type, order, "{}", null);

    private IncomingEvent Incoming(string type, string subject, string data, string? id)
    {
        var now = fixture.Time.GetUtcNow();
        var envelope = new EventEnvelope(
            _seller,
            "urn:test:" + (id is null ? _seller.Value : "shared"),
            id ?? $"{type}-{subject}",
            type,
            subject,
            now
        );
        using var document = JsonInput.Open(Encoding.UTF8.GetBytes(data), EventLimits.MaxDepth)!;
        return EventParser
            .Parse(envelope, document.RootElement, now)
            .Value!.WithSeal(type == EventTypes.OrderCreated ? SealedBuyerPart.With(new BuyerMark(1, 1), default) : default);
    }

    private WriteCommand Command(PluginWrite write) =>
        new(new InstallationId(_seller, PluginId.Parse("plugin-1", null)), $"w-{write.GetType().Name}", null, write);
}
