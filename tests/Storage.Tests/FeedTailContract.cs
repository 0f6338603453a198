using Marketplace.Grains.Ports;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class FeedTailOnSqlite() : FeedTailContract(Database.Sqlite);

public sealed class FeedTailOnPostgreSql() : FeedTailContract(Database.PostgreSql)
{
    [Fact]
    public async Task An_append_of_another_process_is_signalled()
    {
        await using var second = await OpenSecond();
        // The signal at the start, when notifications begin.
        await Eventually.Holds(() => Tail.Appended.Count > 0, "the store listens");
        var count = Tail.Appended.Count;

        await Write(second, "a", rounds: 1);

        await Eventually.Holds(() => Tail.Appended.Count > count, "the second store's append is signalled");
    }

    [Fact]
    public async Task A_reader_that_follows_two_processes_misses_nobodys_last_event()
    {
        const int Sellers = 20;
        const int Rounds = 30;
        await using var second = await OpenSecond();
        var writing = Task.WhenAll(Enumerable.Range(0, Sellers).Select(i => Write(i % 2 == 0 ? Store : second, $"f-{i}", Rounds)));
        var last = new Dictionary<string, long>();
        for (var position = 0L; !writing.IsCompleted || position < await Tail.ReadHead(Token); )
        {
            foreach (var news in await Tail.ReadAfter(position, 16, Token))
            {
                Assert.True(news.Position > position);
                Assert.True(news.Seq > last.GetValueOrDefault(news.Seller.Value));
                (position, last[news.Seller.Value]) = (news.Position, news.Seq);
            }
        }

        await writing;
        Assert.Equal(Sellers, last.Count);
        Assert.All(last.Values, seq => Assert.Equal(Rounds, seq));
    }

    private static async Task Write(TestStore store, string seller, int rounds)
    {
        for (var seq = 1; seq <= rounds; seq++)
        {
            Assert.Equal(
                FeedAppendResult.Appended,
                (await store.Feed.Append([SampleEvents.Of(seller, seq, $"{seller}-{seq}")], Token)).Result
            );
        }
    }
}

/// <summary>What wakes deliveries is promised, whatever keeps the feed.</summary>
public abstract class FeedTailContract(Database database) : StoreTest(database)
{
    private protected IFeedTail Tail => Store.Services.GetRequiredService<IFeedTail>();

    [Fact]
    public async Task An_empty_feed_has_no_news()
    {
        Assert.Equal(0, await Tail.ReadHead(Token));
        Assert.Empty(await Tail.ReadAfter(0, 10, Token));
    }

    [Fact]
    public async Task An_append_is_signalled()
    {
        var (count, next) = (Tail.Appended.Count, Tail.Appended.Next);

        await Append("a", 1, 1);

        await next.WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.True(Tail.Appended.Count > count);
    }

    [Fact]
    public async Task A_seller_is_named_once_among_the_next_positions_at_its_last_event()
    {
        await Append("a", 1, 5);
        await Append("b", 1, 1);
        await Append("a", 6, 2);
        await Append("c", 1, 3);

        Assert.Equal(11, await Tail.ReadHead(Token));
        Assert.Equal([(6, "b", 1), (8, "a", 7), (11, "c", 3)], await ReadTail(0, 100));
        Assert.Equal([(3, "a", 3)], await ReadTail(0, 3));
        Assert.Equal([(5, "a", 5), (6, "b", 1)], await ReadTail(3, 3));
        Assert.Equal([(11, "c", 3)], await ReadTail(9, 100));
        Assert.Empty(await ReadTail(11, 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task From_any_position_on_nothing_is_skipped_and_positions_and_places_rise(int limit)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async i =>
                {
                    for (var group = 0; group < 5; group++)
                    {
                        await Append($"t-{i}", (group * 3) + 1, 3);
                    }
                })
        );

        var head = await Tail.ReadHead(Token);
        var news = new List<(long Position, string Seller, long Seq)>();
        for (var position = 0L; position < head; position = news[^1].Position)
        {
            news.AddRange(await ReadTail(position, limit));
        }

        Assert.Equal(180, head);
        Assert.Equal(news.Select(item => item.Position).Order().Distinct(), news.Select(item => item.Position));
        Assert.All(news.GroupBy(item => item.Seller), seller =>
            Assert.Equal(seller.Select(item => item.Seq).Order().Distinct(), seller.Select(item => item.Seq))
        );
        Assert.Equal(12, news.Where(item => item.Seq == 15).Select(item => item.Seller).Distinct().Count());
        Assert.Equal(limit == 1 ? 180 : news.Count, news.Count);
        Assert.True(limit != 1_000 || news.Count == 12);
    }

    private async Task Append(string seller, int first, int count)
    {
        var events = Enumerable.Range(first, count).Select(seq => SampleEvents.Of(seller, seq, $"{seller}-{seq}")).ToArray();
        Assert.Equal(FeedAppendResult.Appended, (await Store.Feed.Append(events, Token)).Result);
    }

    private async Task<IEnumerable<(long Position, string Seller, long Seq)>> ReadTail(long position, int limit) =>
        (await Tail.ReadAfter(position, limit, Token)).Select(entry => (entry.Position, entry.Seller.Value, entry.Seq));
}
