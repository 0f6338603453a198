using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>The durable stream: everything arrives, in order, whatever dies.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private readonly AuditCluster _cluster = new();

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_sellers_facts_of_all_its_entities_come_in_one_stream_in_commit_order()
    {
        var seller = await _cluster.Append("seller/s-1", null);
        var installation = await _cluster.Append("installation/s-1/p", null);
        await _cluster.Append("enterprise/L1", null);
        await _cluster.Append("seller/s-1", seller);
        await _cluster.Append("installation/s-1/p", installation);

        await Eventually.Holds(() => _cluster.Witness.FirstsOf("seller/s-1").Count == 4, "four facts of the seller");
        await Eventually.Holds(() => _cluster.Witness.FirstsOf("enterprise/L1").Count == 1, "one fact of the enterprise");
        Assert.Equal(
            [("seller/s-1", 1L), ("installation/s-1/p", 1L), ("seller/s-1", 2L), ("installation/s-1/p", 2L)],
            _cluster.Witness.FirstsOf("seller/s-1")
        );
    }

    [Fact]
    public async Task When_a_silo_is_killed_every_fact_still_arrives_in_order()
    {
        const int Sellers = 12;
        const int Facts = 120;
        var last = new JournalFact?[Sellers];
        for (var round = 0; round < Facts; round++)
        {
            for (var seller = 0; seller < Sellers; seller++)
            {
                last[seller] = await _cluster.Append($"seller/s-{seller}", last[seller]);
            }

            if (round == Facts / 3)
            {
                await Eventually.Holds(() => _cluster.Witness.Deliveries > Sellers, "the first deliveries");
                await _cluster.Cluster.KillSiloAsync(_cluster.Cluster.Silos[1], TestContext.Current.CancellationToken);
            }
        }

        await Eventually.Holds(
            () => Enumerable.Range(0, Sellers).All(seller => _cluster.Witness.FirstsOf($"seller/s-{seller}").Count == Facts),
            "all facts of all sellers"
        );
        Assert.All(Enumerable.Range(0, Sellers), seller =>
            Assert.Equal(
                Enumerable.Range(1, Facts).Select(version => ($"seller/s-{seller}", (long)version)),
                _cluster.Witness.FirstsOf($"seller/s-{seller}")
            )
        );
    }

    [Fact]
    public async Task A_thousand_sellers_have_no_more_subscribers_than_there_are_streams()
    {
        const int Sellers = 1_000;
        for (var seller = 0; seller < Sellers; seller++)
        {
            await _cluster.Append($"seller/many-{seller}", null);
        }

        await Eventually.Holds(
            () => Enumerable.Range(0, Sellers).All(seller => _cluster.Witness.FirstsOf($"seller/many-{seller}").Count == 1),
            "the facts of all sellers"
        );
        var management = _cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        var grains = await management.GetSimpleGrainStatistics(cancellationToken: TestContext.Current.CancellationToken);
        var subscribers = grains.Where(grain => grain.GrainType.Contains(nameof(WitnessGrain), StringComparison.Ordinal));
        Assert.Equal(Streams.AuditShards, subscribers.Sum(grain => grain.ActivationCount));
    }

    [Fact]
    public async Task What_a_subscriber_cannot_handle_is_a_dead_letter_and_the_stream_goes_on()
    {
        _cluster.Witness.Fails = fact => fact is { Entity: "seller/s-2", Version: 2 };
        JournalFact? last = null;
        for (var i = 0; i < 3; i++)
        {
            last = await _cluster.Append("seller/s-2", last);
        }

        await Eventually.Holds(() => _cluster.Witness.FirstsOf("seller/s-2").Count == 2, "the facts around the bad one");
        Assert.Equal([1L, 3L], _cluster.Witness.FirstsOf("seller/s-2").Select(fact => fact.Version));
        var row = Assert.Single(await ((IDeadLetters)_cluster.Audit).List(true, 0, 10, TestContext.Current.CancellationToken));
        Assert.Equal(
            ("witness", _cluster.StreamOf("seller/s-2"), "seller/s-2", 2L, "noted", "InvalidOperationException", 4),
            (
                row.Letter.Subscriber,
                row.Letter.Stream,
                row.Letter.Entity,
                row.Letter.Version,
                row.Letter.Type,
                row.Letter.Error,
                row.Letter.Attempts
            )
        );
    }

    [Fact]
    public async Task A_store_that_was_away_delays_the_stream_and_loses_nothing()
    {
        var first = await _cluster.Append("seller/s-3", null);
        await Eventually.Holds(() => _cluster.Witness.FirstsOf("seller/s-3").Count == 1, "the fact before the outage");
        _cluster.Audit.IsDown = true;
        await _cluster.Append("seller/s-3", first);

        // Twice: what the queue had read in spite of the first refusal would have been delivered during the pause after it.
        var queue = _cluster.QueueOf("seller/s-3");
        await Eventually.Holds(() => _cluster.Audit.RefusalsOf(queue) >= 2, "the queue asks the store in vain");
        Assert.Single(_cluster.Witness.FirstsOf("seller/s-3"));
        _cluster.Audit.IsDown = false;

        await Eventually.Holds(() => _cluster.Witness.FirstsOf("seller/s-3").Count == 2, "the fact of the outage");
    }

    [Fact]
    public async Task What_Orleans_gives_up_on_is_a_dead_letter_of_the_right_subscriber_and_the_stream_goes_on()
    {
        await using var impatient = new AuditCluster { GiveUpAfter = TimeSpan.FromSeconds(2) };
        await impatient.InitializeAsync();
        impatient.Witness.IsAwayFor = fact => fact.Version == 1;
        await impatient.Append("seller/s-5", await impatient.Append("seller/s-5", null));

        await Eventually.Holds(() => impatient.Witness.FirstsOf("seller/s-5").Count == 1, "the fact behind");
        Assert.Equal([2L], impatient.Witness.FirstsOf("seller/s-5").Select(fact => fact.Version));
        var row = Assert.Single(await ((IDeadLetters)impatient.Audit).List(true, 0, 10, TestContext.Current.CancellationToken));
        Assert.Equal(("witness", impatient.StreamOf("seller/s-5"), 1L), (row.Letter.Subscriber, row.Letter.Stream, row.Letter.Position));
    }

    [Fact]
    public async Task The_cursors_follow_what_was_delivered()
    {
        JournalFact? last = null;
        for (var i = 0; i < 20; i++)
        {
            last = await _cluster.Append("seller/s-4", last);
        }

        IStreamCursors cursors = _cluster.Audit;
        await Eventually.Holds(
            () =>
                cursors.ReadAll(TestContext.Current.CancellationToken).Result is { } all
                && all.Count(cursor => cursor.Position == 20) == 10,
            "all cursors of the journal at its head"
        );
    }
}
