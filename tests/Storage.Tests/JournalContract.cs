using Marketplace.Journal;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class JournalInMemory() : JournalContract(Database.Memory);

/// <summary>What the journal promises, whatever keeps it.</summary>
public abstract class JournalContract(Database database) : StoreTest(database)
{
    [Fact]
    public async Task Gives_back_what_was_appended_and_keeps_it_over_a_restart()
    {
        var facts = Facts.Command(null, "seller/s-1", "op-1", count: 3);
        Assert.True(await Store.Journal.Append(facts, Token));

        await Restart();

        var read = await Store.Journal.Read("seller/s-1", 0, Token).ToListAsync(Token);
        Assert.Equal(3, read.Count);
        Assert.True(Facts.AreChained(read));
        Assert.Equal(facts[2].Hash.ToArray(), read[2].Hash.ToArray());
        Assert.Equal([3L], await Store.Journal.Read("seller/s-1", 2, Token).Select(fact => fact.Version).ToListAsync(Token));
    }

    [Fact]
    public async Task Keeps_which_command_an_operation_was()
    {
        var first = JournalFact.Following(
            null,
            "seller/which",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray(),
            fingerprint: "ab12"
        );
        var second = JournalFact.Following(
            first,
            "seller/which",
            OperationId.Parse("op-2"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray()
        );
        Assert.True(await Store.Journal.Append([first, second], Token));

        var read = await Store.Journal.Read("seller/which", 0, Token).ToListAsync(Token);
        Assert.Equal(["ab12", null], read.Select(fact => fact.Fingerprint));
        Assert.True(Facts.AreChained(read));
    }

    [Fact]
    public async Task Knows_the_operations_of_an_entity_and_no_others()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/s-1", "op-1", count: 3), Token));

        Assert.True(await Store.Journal.HasOperation("seller/s-1", OperationId.Parse("op-1"), Token));
        Assert.False(await Store.Journal.HasOperation("seller/s-1", OperationId.Parse("OP-1"), Token));
        Assert.False(await Store.Journal.HasOperation("seller/s-1", OperationId.Parse("op"), Token));
        Assert.False(await Store.Journal.HasOperation("seller/s-2", OperationId.Parse("op-1"), Token));
    }

    [Fact]
    public async Task Keeps_from_where_and_in_which_role_and_that_there_was_no_such_thing()
    {
        var first = JournalFact.Following(
            null,
            "seller/origin",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray(),
            "203.0.113.7",
            ActorRole.Of("seller-user:owner")
        );
        var second = JournalFact.Following(
            first,
            "seller/origin",
            OperationId.Parse("op-2"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray()
        );
        var third = JournalFact.Following(
            second,
            "seller/origin",
            OperationId.Parse("op-3"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "noted",
            "{}"u8.ToArray(),
            role: ActorRole.Of("of a later release")
        );
        Assert.True(await Store.Journal.Append([first], Token));
        Assert.True(await Store.Journal.Append([second], Token));
        Assert.True(await Store.Journal.Append([third], Token));

        var read = await Store.Journal.Read("seller/origin", 0, Token).ToListAsync(Token);
        Assert.Equal(
            [("203.0.113.7", "seller-user:owner"), (null, null), (null, "of a later release")],
            read.Select(fact => (fact.Address, fact.Role.Text))
        );
        Assert.True(Facts.AreChained(read));
    }

    [Fact]
    public async Task Of_concurrent_first_writers_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var entity = $"seller/race-{round}";
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(i => Store.Journal.Append(Facts.Command(null, entity, $"op-{i}"), Token))
            );
            Assert.Single(answers, won => won);
            Assert.Single(await Store.Journal.Read(entity, 0, Token).ToListAsync(Token));
        }
    }

    [Fact]
    public async Task A_stale_writer_is_told_and_its_neighbours_in_the_batch_are_committed()
    {
        var first = Facts.Command(null, "seller/owner", "op-1");
        Assert.True(await Store.Journal.Append(first, Token));

        var neighbours = Enumerable
            .Range(0, 40)
            .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/n-{i}", "op"), Token))
            .ToArray();
        var stale = Store.Journal.Append(Facts.Command(null, "seller/owner", "op-2"), Token);
        var more = Enumerable.Range(40, 40).Select(i => Store.Journal.Append(Facts.Command(null, $"seller/n-{i}", "op"), Token)).ToArray();

        Assert.False(await stale);
        Assert.All(await Task.WhenAll([.. neighbours, .. more]), Assert.True);
        var kept = Assert.Single(await Store.Journal.Read("seller/owner", 0, Token).ToListAsync(Token));
        Assert.Equal(OperationId.Parse("op-1"), kept.OperationId);
    }

    [Fact]
    public async Task After_a_refused_append_the_batch_takes_no_later_one_of_the_same_entity()
    {
        var facts = Facts.Command(null, "seller/gap", "op-1", count: 1);
        Assert.True(await Store.Journal.Append(facts, Token));
        var stale = Facts.Command(null, "seller/gap", "op-2");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/g-{i}", "op"), Token))
                .Append(Store.Journal.Append(stale, Token))
                .Append(Store.Journal.Append(Facts.Command(stale[0], "seller/gap", "op-3"), Token))
        );

        var read = await Store.Journal.Read("seller/gap", 0, Token).ToListAsync(Token);
        Assert.False(answers[5]);
        Assert.True(answers[6] == (read.Count == 2));
    }

    [Fact]
    public async Task The_same_operation_cannot_be_appended_twice_even_at_a_new_version()
    {
        var first = Facts.Command(null, "seller/op", "op-1", count: 2);
        Assert.True(await Store.Journal.Append(first, Token));
        Assert.False(await Store.Journal.Append(Facts.Command(first[1], "seller/op", "op-1"), Token));
        Assert.True(await Store.Journal.Append(Facts.Command(first[1], "seller/op", "op-2"), Token));
    }

    [Fact]
    public async Task An_append_of_several_facts_is_all_or_none()
    {
        var other = Facts.Command(null, "seller/all", "op-1", count: 2);
        Assert.True(await Store.Journal.Append([other[1]], Token));
        Assert.False(await Store.Journal.Append(other, Token));
        Assert.Equal([2L], await Store.Journal.Read("seller/all", 0, Token).Select(fact => fact.Version).ToListAsync(Token));
    }

    [Fact]
    public async Task Keys_that_look_alike_are_different()
    {
        string[] entities = ["seller/020235", "seller/20235", "seller/ABC", "seller/abc", "seller/0ABC", "seller/ABC ", "Seller/ABC"];
        foreach (var entity in entities)
        {
            Assert.True(await Store.Journal.Append(Facts.Command(null, entity, "op"), Token));
        }

        Assert.All(entities, entity =>
            Assert.Equal(entity, Assert.Single(Store.Journal.Read(entity, 0, Token).ToBlockingEnumerable(Token)).Entity)
        );
    }

    [Fact]
    public async Task Reads_all_in_the_order_of_bytes_page_by_page_and_after_a_position()
    {
        string[] entities = ["seller/a", "seller/B", "seller/a-1", "seller/A", "seller/10", "seller/9", "seller/ä"];
        foreach (var entity in entities)
        {
            Assert.True(await Store.Journal.Append(Facts.Command(null, entity, "op", count: 240), Token));
        }

        var all = await Store.Journal.ReadAll("", 0, Token).Select(fact => (fact.Entity, fact.Version)).ToListAsync(Token);
        Assert.Equal(
            entities
                .Order(StringComparer.Ordinal)
                .SelectMany(entity => Enumerable.Range(1, 240).Select(version => (entity, (long)version))),
            all
        );
        Assert.Equal(
            all.Skip(777),
            await Store.Journal.ReadAll(all[776].Entity, all[776].Version, Token).Select(f => (f.Entity, f.Version)).ToListAsync(Token)
        );
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_disturb_its_batch()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var appends = Enumerable
            .Range(0, 50)
            .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/c-{i}", "op"), impatient.Token))
            .ToArray();
        await impatient.CancelAsync();
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/patient", "op"), Token));
        await Task.WhenAll(appends).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        Assert.Equal(51, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }
}
