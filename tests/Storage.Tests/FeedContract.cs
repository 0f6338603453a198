using Marketplace.Grains.Ports;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class FeedInMemory() : FeedContract(Database.Memory);

public sealed class FeedOnSqlite() : FeedContract(Database.Sqlite);

public sealed class FeedOnPostgreSql() : FeedContract(Database.PostgreSql);

/// <summary>What the feed promises, whatever keeps it.</summary>
public abstract class FeedContract(Database database) : StoreTest(database)
{
    [Fact]
    public async Task Gives_back_what_was_appended_exactly_and_keeps_it_over_a_restart()
    {
        var events = new[]
        {
            SampleEvents.Of("s-1", 1, "e-1"),
            SampleEvents.Of("s-1", 2, "e-2") with
            {
                Sealed = ReadOnlyMemory<byte>.Empty,
            },
        };
        Assert.Equal(FeedAppendResult.Appended, (await Store.Feed.Append(events, Token)).Result);

        await Restart();

        var read = await Store.Feed.Read(SampleEvents.Seller("s-1"), 0, Token).ToListAsync(Token);
        Assert.True(SampleEvents.AreSame(events[0], read[0]));
        Assert.True(SampleEvents.AreSame(events[1], read[1]));
    }

    [Fact]
    public async Task Of_concurrent_first_writers_exactly_one_wins_and_the_others_are_fenced()
    {
        for (var round = 0; round < 10; round++)
        {
            var seller = $"race-{round}";
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(i => Store.Feed.Append([SampleEvents.Of(seller, 1, $"e-{round}-{i}")], Token))
            );
            Assert.Single(answers, answer => answer.Result == FeedAppendResult.Appended);
            Assert.Equal(11, answers.Count(answer => answer.Result == FeedAppendResult.Fenced));
            Assert.Single(await Store.Feed.Read(SampleEvents.Seller(seller), 0, Token).ToListAsync(Token));
        }
    }

    [Fact]
    public async Task Events_that_another_seller_has_are_named_and_nothing_is_written()
    {
        Assert.Equal(FeedAppendResult.Appended, (await Store.Feed.Append([SampleEvents.OfSharedSource("s-1", 1, "x")], Token)).Result);
        var answer = await Store.Feed.Append(
            [
                SampleEvents.OfSharedSource("s-2", 1, "a"),
                SampleEvents.OfSharedSource("s-2", 2, "x"),
                SampleEvents.OfSharedSource("s-2", 3, "b"),
            ],
            Token
        );

        Assert.Equal(FeedAppendResult.Known, answer.Result);
        Assert.Equal([1], answer.Known);
        Assert.Empty(await Store.Feed.Read(SampleEvents.Seller("s-2"), 0, Token).ToListAsync(Token));
        Assert.Equal(
            FeedAppendResult.Appended,
            (
                await Store.Feed.Append([SampleEvents.OfSharedSource("s-2", 1, "a"), SampleEvents.OfSharedSource("s-2", 2, "b")], Token)
            ).Result
        );
    }

    [Fact]
    public async Task An_event_that_occurs_twice_in_one_append_is_known_the_second_time()
    {
        var answer = await Store.Feed.Append(
            [SampleEvents.Of("s-3", 1, "a"), SampleEvents.Of("s-3", 2, "b"), SampleEvents.Of("s-3", 3, "a")],
            Token
        );
        Assert.Equal(FeedAppendResult.Known, answer.Result);
        Assert.Equal([2], answer.Known);
    }

    [Fact]
    public async Task Source_and_id_are_told_apart_and_neighbours_of_a_refused_append_are_committed()
    {
        var mine = SampleEvents.Of("s-4", 1, "c") with { Source = "ab" };
        var other = SampleEvents.Of("s-5", 1, "bc") with { Source = "a" };
        var answers = await Task.WhenAll(
            Store.Feed.Append([mine], Token),
            Store.Feed.Append([other], Token),
            Store.Feed.Append([mine with { Id = "d" }], Token),
            Store.Feed.Append([SampleEvents.Of("s-6", 1, "e")], Token)
        );
        Assert.Equal(
            [FeedAppendResult.Appended, FeedAppendResult.Appended, FeedAppendResult.Fenced, FeedAppendResult.Appended],
            answers.Select(answer => answer.Result)
        );
    }

    [Fact]
    public async Task Long_sources_and_ids_are_kept()
    {
        var item = SampleEvents.Of("s-7", 1, string.Concat(Enumerable.Range(0, 2000))) with
        {
            Source = "urn:" + string.Concat(Enumerable.Range(0, 3000)),
        };
        Assert.Equal(FeedAppendResult.Appended, (await Store.Feed.Append([item], Token)).Result);
        Assert.True(SampleEvents.AreSame(item, Assert.Single(await Store.Feed.Read(item.Seller, 0, Token).ToListAsync(Token))));
    }

    [Fact]
    public async Task Reads_all_in_the_order_of_sellers_and_seq()
    {
        foreach (var seller in (string[])["b", "A", "a", "020235", "20235"])
        {
            var events = Enumerable.Range(1, 300).Select(seq => SampleEvents.Of(seller, seq, $"{seller}-{seq}")).ToArray();
            Assert.Equal(FeedAppendResult.Appended, (await Store.Feed.Append(events, Token)).Result);
        }

        var all = await Store.Feed.ReadAll("", 0, Token).Select(item => (item.Seller.Value, item.Seq)).ToListAsync(Token);
        string[] order = ["020235", "20235", "A", "a", "b"];
        Assert.Equal(order.SelectMany(seller => Enumerable.Range(1, 300).Select(seq => (seller, (long)seq))), all);
        Assert.Equal(
            all.Skip(450),
            await Store.Feed.ReadAll("20235", 150, Token).Select(item => (item.Seller.Value, item.Seq)).ToListAsync(Token)
        );
    }
}
