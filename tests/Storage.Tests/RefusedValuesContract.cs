using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Sql;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class RefusedValuesOnSqlite() : RefusedValuesContract(Database.Sqlite);

public sealed class RefusedValuesOnPostgreSql() : RefusedValuesContract(Database.PostgreSql);

/// <summary>
/// Texts that a store cannot keep, should one get past every door: only the command that brings it is refused, and nothing looks like an
/// outage.
/// </summary>
public abstract class RefusedValuesContract(Database database) : StoreTest(database)
{
    public static TheoryData<string> Texts => ["a\0b", "\0", "half \uD83D", "\uDE00 half"];

    [Theory, MemberData(nameof(Texts))]
    public async Task A_fact_that_cannot_be_kept_is_refused_and_those_beside_it_are_committed(string text)
    {
        var answers = Enumerable
            .Range(0, 40)
            .Select(i =>
                Store.Journal.Append(i == 17 ? [Fact($"seller/{i}", text)] : Facts.Command(null, $"seller/{i}", "op", count: 2), Token)
            )
            .ToArray();

        await Assert.ThrowsAsync<ValueRefusedException>(() => answers[17]);
        Assert.All(await Task.WhenAll(answers.Where((_, i) => i != 17)), Assert.True);
        Assert.True(Store.Health("journal").IsHealthy);
        Assert.Empty(await Store.Journal.Read("seller/17", 0, Token).ToListAsync(Token));
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/17", "op"), Token));
        Assert.Equal(79, await Store.Journal.ReadAll("", 0, Token).CountAsync(Token));
    }

    [Fact]
    public async Task Places_have_no_gap_where_a_fact_was_refused()
    {
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/1", "op"), Token));
        await Assert.ThrowsAsync<ValueRefusedException>(() => Store.Journal.Append([Fact("seller/2", "a\0b")], Token));
        Assert.True(await Store.Journal.Append(Facts.Command(null, "seller/3", "op"), Token));
        Assert.Equal(2, await Store.Services.GetRequiredService<IJournalTail>().ReadHead(Token));
    }

    [Theory, MemberData(nameof(Texts))]
    public async Task An_event_that_cannot_be_kept_is_refused_and_the_next_is_taken(string text)
    {
        var refused = SampleEvents.Of("s-1", 1, "e-1") with { Subject = text };
        await Assert.ThrowsAsync<ValueRefusedException>(() => Store.Feed.Append([refused], Token));
        Assert.True(Store.Health("feed").IsHealthy);
        Assert.Equal(Grains.Ports.FeedAppendResult.Appended, (await Store.Feed.Append([SampleEvents.Of("s-1", 1, "e-1")], Token)).Result);
    }

    [Theory, MemberData(nameof(Texts))]
    public async Task Names_that_cannot_be_kept_are_refused_where_they_are_read_and_written(string text)
    {
        var documents = Store.Services.GetRequiredService<IDocumentStore>();
        await Assert.ThrowsAsync<ValueRefusedException>(() => documents.Put(text, new byte[] { 1 }, Token));
        await Assert.ThrowsAsync<ValueRefusedException>(() => documents.Read(text, Token));
        await Assert.ThrowsAsync<ValueRefusedException>(() => Store.Journal.Read(text, 0, Token).ToListAsync(Token).AsTask());
        var sql = Store.Services.GetRequiredService<IStoreSql>();
        await Assert.ThrowsAsync<ValueRefusedException>(() =>
            sql.Write(["SELECT count(*) FROM stream_cursors WHERE queue = @queue"], row => row.GetInt64(0), Token, ("queue", text))
        );
        Assert.Equal(
            [0L],
            await sql.Write(["SELECT count(*) FROM stream_cursors WHERE queue = @queue"], row => row.GetInt64(0), Token, ("queue", "none"))
        );
    }

    [Fact]
    public async Task A_pair_of_surrogates_is_a_character_like_others()
    {
        var fact = Fact("seller/😀", "reads 😀");
        Assert.True(await Store.Journal.Append([fact], Token));
        var kept = await Store.Journal.Read("seller/😀", 0, Token).SingleAsync(Token);
        Assert.Equal(fact.Actor, kept.Actor);
        Assert.True(kept.Follows(null));
    }

    private static JournalFact Fact(string entity, string actor) =>
        JournalFact.Following(
            null,
            entity,
            OperationId.Parse("op"),
            ActorId.Parse(actor),
            Facts.Instant,
            "grants-changed",
            "{}"u8.ToArray()
        );
}
