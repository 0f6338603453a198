using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class AuditOnSqlite() : AuditContract(Database.Sqlite);

public sealed class AuditOnPostgreSql() : AuditContract(Database.PostgreSql);

/// <summary>What the streams and their subscribers are promised, whatever keeps it.</summary>
public abstract class AuditContract(Database database) : StoreTest(database)
{
    private static readonly SellerId Seller = SellerId.Parse("s-1", null);
    private static readonly TrailFilter All = new(null, null, null, null);

    private IJournalTail Tail => Store.Services.GetRequiredService<IJournalTail>();

    private IStreamCursors Cursors => Store.Services.GetRequiredService<IStreamCursors>();

    private IDeadLetters DeadLetters => Store.Services.GetRequiredService<IDeadLetters>();

    private ITrail Trail => Store.Services.GetRequiredService<ITrail>();

    private INotifications Notifications => Store.Services.GetRequiredService<INotifications>();

    private IAuditCounts Counts => Store.Services.GetRequiredService<IAuditCounts>();

    [Fact]
    public async Task The_tail_gives_all_facts_in_commit_order_from_any_position()
    {
        Assert.Equal(0, await Tail.ReadHead(Token));
        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i => Store.Journal.Append(Facts.Command(null, $"seller/t-{i % 20}-{i / 20}", "op", count: 2), Token))
        );

        var head = await Tail.ReadHead(Token);
        var all = new List<AuditItem>();
        for (var position = 0L; position < head; position = all[^1].Position)
        {
            all.AddRange(await Tail.ReadAfter(position, 7, Token));
        }

        Assert.Equal(120, all.Count);
        Assert.Equal(all.Select(item => item.Position).Order(), all.Select(item => item.Position));
        Assert.All(all.GroupBy(item => item.Fact.Entity), chain => Assert.True(Facts.AreChained([.. chain.Select(item => item.Fact)])));
        Assert.Empty(await Tail.ReadAfter(head, 7, Token));
    }

    [Fact]
    public async Task A_cursor_moves_under_its_epoch_only_never_back_and_over_a_restart()
    {
        // A cursor beyond the journal would be that of a store whose journal was cut off.
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Store.Journal.Append(Facts.Command(null, $"seller/c-{i}", "op"), Token)));
        Assert.Equal(0, await Cursors.ReadEpoch("audit-0", Token));
        var first = await Cursors.Claim("audit-0", Token);
        Assert.Equal(new StreamCursor("audit-0", 1, 0), first);
        Assert.True(await Cursors.Move("audit-0", first.Epoch, 41, Token));
        Assert.True(await Cursors.Move("audit-0", first.Epoch, 40, Token));

        await Restart();
        var second = await Cursors.Claim("audit-0", Token);
        Assert.Equal(new StreamCursor("audit-0", 2, 41), second);
        Assert.False(await Cursors.Move("audit-0", first.Epoch, 99, Token));
        Assert.Equal(2, await Cursors.ReadEpoch("audit-0", Token));
        Assert.Equal([second], await Cursors.ReadAll(Token));
    }

    [Fact]
    public async Task Of_concurrent_takers_of_a_queue_one_has_the_last_epoch()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Cursors.Claim("audit-1", Token)));

        Assert.Equal(Enumerable.Range(1, 16).Select(epoch => (long)epoch), taken.Select(cursor => cursor.Epoch).Order());
        var moved = await Task.WhenAll(
            taken.Select(async cursor => (cursor.Epoch, Moved: await Cursors.Move("audit-1", cursor.Epoch, cursor.Epoch, Token)))
        );
        Assert.Equal(16, Assert.Single(moved, answer => answer.Moved).Epoch);
    }

    [Fact]
    public async Task A_dead_letter_is_kept_once_counted_listed_and_settled()
    {
        var letter = new NewDeadLetter("trail", "seller/s-1", 7, "installation/s-1/p", 3, "paused", "TimeoutException", 4, Facts.Instant);
        await DeadLetters.Put(letter, Token);
        await DeadLetters.Put(letter with { Stream = "seller/s-2", Position = 8 }, Token);
        await DeadLetters.Put(letter with { Error = "FormatException", Attempts = 1, At = Facts.Instant.AddMinutes(1) }, Token);

        Assert.Equal(2, await DeadLetters.CountOpen(Token));
        var rows = await DeadLetters.List(true, 0, 10, Token);
        Assert.Equal(
            new DeadLetterRow(
                rows[0].Id,
                letter with
                {
                    Error = "FormatException",
                    Attempts = 5,
                    At = Facts.Instant.AddMinutes(1),
                },
                Facts.Instant,
                null
            ),
            rows[0]
        );
        Assert.Equal([rows[1]], await DeadLetters.List(true, rows[0].Id, 10, Token));

        await DeadLetters.Settle(rows[0].Id, Facts.Instant.AddHours(1), Token);
        await DeadLetters.Settle(rows[0].Id, Facts.Instant.AddHours(2), Token);
        Assert.Equal(Facts.Instant.AddHours(1), (await DeadLetters.Read(rows[0].Id, Token))!.SettledAt);
        Assert.Equal([rows[1].Id], (await DeadLetters.List(true, 0, 10, Token)).Select(row => row.Id));
        Assert.Equal(2, (await DeadLetters.List(false, 0, 10, Token)).Count);
        Assert.Null(await DeadLetters.Read(999, Token));

        await DeadLetters.Put(letter, Token);
        Assert.Equal(2, await DeadLetters.CountOpen(Token));
    }

    [Fact]
    public async Task The_trail_keeps_a_line_once_and_finds_it_by_each_of_its_members()
    {
        var fact = JournalFact.Following(
            null,
            "installation/s-1/p",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            Facts.Instant,
            "paused",
            "{\"a\":1}"u8.ToArray(),
            "203.0.113.7",
            ActorRole.Of("seller-user:owner")
        );
        var other = JournalFact.Following(
            fact,
            "installation/s-1/p",
            OperationId.Parse("op-2"),
            ActorId.Parse("u-2"),
            Facts.Instant.AddHours(1),
            "resumed",
            "{}"u8.ToArray()
        );
        await Trail.Put(new TrailEntry(Seller, 5, fact, default, "{\"x\":1}"u8.ToArray()), Token);
        await Trail.Put(new TrailEntry(Seller, 5, other, default, "{\"x\":9}"u8.ToArray()), Token);
        await Trail.Put(new TrailEntry(Seller, 9, other, "{\"x\":1}"u8.ToArray(), "{\"x\":2}"u8.ToArray()), Token);
        await Trail.Put(new TrailEntry(SellerId.Parse("s-2", null), 6, other, default, "{}"u8.ToArray()), Token);

        var lines = await Read(All);
        Assert.Equal([9L, 5L], lines.Select(line => line.Position));
        Assert.Equal(
            ("203.0.113.7", "seller-user:owner", "{\"x\":1}"),
            (lines[1].Fact.Address, lines[1].Fact.Role.Text, System.Text.Encoding.UTF8.GetString(lines[1].After.Span))
        );
        Assert.True(lines[1].Fact.Follows(null));
        Assert.True(lines[1].Before.IsEmpty);
        Assert.Equal([9L], await Positions(All with { Actor = "u-2" }));
        Assert.Equal([5L], await Positions(All with { Types = ["paused"] }));
        Assert.Equal([9L, 5L], await Positions(All with { Types = ["resumed", "paused", "no-such-type"] }));
        Assert.Equal([9L], await Positions(All with { From = Facts.Instant.AddMinutes(1) }));
        Assert.Equal([5L], await Positions(All with { To = Facts.Instant.AddHours(1) }));
        Assert.Equal([9L, 5L], await Positions(All with { Entity = "installation/s-1/p", From = Facts.Instant }));
        Assert.Empty(await Positions(All with { Entity = "installation/s-1/q" }));
        Assert.Equal([5L], (await Trail.Read(Seller, All, 9, 10, Token)).Select(line => line.Position));
    }

    [Fact]
    public async Task Notifications_are_bounded_read_once_and_owe_their_webhook_once()
    {
        for (var position = 1; position <= 6; position++)
        {
            await Notifications.Put(Told(position), Facts.Instant, 4, [], Token);
        }

        await Notifications.Put(Told(6) with { Kind = "other" }, Facts.Instant, 4, [], Token);
        Assert.Equal([6L, 5L, 4L, 3L], (await Notifications.Read(Seller, false, long.MaxValue, 10, Token)).Select(told => told.Position));
        Assert.Equal(4, await Notifications.CountUnread(Seller, Token));

        var read = await Notifications.MarkRead(Seller, 5, Facts.Instant.AddMinutes(1), Token);
        Assert.Equal(Told(5) with { ReadAt = Facts.Instant.AddMinutes(1) }, read);
        Assert.Equal(read, await Notifications.MarkRead(Seller, 5, Facts.Instant.AddMinutes(2), Token));
        Assert.Null(await Notifications.MarkRead(Seller, 77, Facts.Instant, Token));
        Assert.Equal([6L, 4L, 3L], (await Notifications.Read(Seller, true, long.MaxValue, 10, Token)).Select(told => told.Position));

        Assert.Equal([Seller], await Notifications.ReadDueSellers(Facts.Instant, 10, Token));
        Assert.Empty(await Notifications.ReadDueSellers(Facts.Instant.AddMilliseconds(-1), 10, Token));
        Assert.Equal(6, (await Notifications.ReadOwed(Seller, 10, Token)).Count);
        await Notifications.PutOff(Seller, 1, 2, Facts.Instant.AddHours(1), Token);
        // What waits behind one that was put off is not due, or it would keep others from their turn.
        Assert.Empty(await Notifications.ReadDueSellers(Facts.Instant, 10, Token));
        Assert.Equal([Seller], await Notifications.ReadDueSellers(Facts.Instant.AddHours(1), 10, Token));
        await Notifications.Settle(Seller, 2, Token);
        await Notifications.Put(Told(6), Facts.Instant, 4, [], Token);
        Assert.Equal(
            [new DueWebhook(1, 2, Facts.Instant.AddHours(1)), new DueWebhook(3, 0, Facts.Instant)],
            (await Notifications.ReadOwed(Seller, 10, Token)).Take(2)
        );
        Assert.Equal(5, (await Notifications.ReadOwed(Seller, 10, Token)).Count);
    }

    [Fact]
    public async Task What_gives_way_to_a_newer_one_of_its_kind_is_gone_with_its_webhook_unless_it_was_read_or_is_about_another()
    {
        var kinds = NotificationTexts.ReplacedBy("delivery.endpoint-set");
        Assert.Equal(["delivery.endpoint-set", "delivery.endpoint-removed"], kinds);
        Notification Endpoint(long position, bool set, string installation = "s-1/p") =>
            Told(position) with
            {
                Kind = set ? kinds[0] : kinds[1],
                Installation = installation,
            };

        await Notifications.Put(Told(1) with { Installation = "s-1/p" }, Facts.Instant, 20, [], Token);
        await Notifications.Put(Endpoint(2, true, "s-1/other"), Facts.Instant, 20, kinds, Token);
        await Notifications.Put(Endpoint(3, true), Facts.Instant, 20, kinds, Token);
        await Notifications.MarkRead(Seller, 3, Facts.Instant, Token);
        for (var position = 4; position <= 9; position++)
        {
            await Notifications.Put(Endpoint(position, position % 2 == 0), Facts.Instant, 20, kinds, Token);
        }

        Assert.Equal([9L, 3L, 2L, 1L], (await Notifications.Read(Seller, false, long.MaxValue, 10, Token)).Select(told => told.Position));
        Assert.Equal([1L, 2L, 3L, 9L], (await Notifications.ReadOwed(Seller, 10, Token)).Select(owed => owed.Position));

        // A stream that begins again from an earlier place comes to the same.
        await Notifications.Put(Endpoint(8, true), Facts.Instant, 20, kinds, Token);
        await Notifications.Put(Endpoint(9, false), Facts.Instant, 20, kinds, Token);
        Assert.Equal([9L, 3L, 2L, 1L], (await Notifications.Read(Seller, false, long.MaxValue, 10, Token)).Select(told => told.Position));
    }

    [Fact]
    public async Task A_fact_that_is_counted_twice_counts_once()
    {
        var day = new DateOnly(2026, 11, 23);
        foreach (var position in new long[] { 1, 2, 2, 3, 1 })
        {
            await Counts.Count(position, position == 3 ? day.AddDays(1) : day, "installation.paused", Token);
        }

        Assert.Equal(
            [new KindCount(day, "installation.paused", 2), new KindCount(day.AddDays(1), "installation.paused", 1)],
            await Counts.Read(day, Token)
        );
        Assert.Single(await Counts.Read(day.AddDays(1), Token));
    }

    private static Notification Told(long position) =>
        new(
            Seller,
            position,
            Facts.Instant,
            "installation.paused",
            new BilingualText("已暂停", "paused"),
            position % 2 == 0 ? "s-1/p" : null,
            null
        );

    private Task<IReadOnlyList<TrailEntry>> Read(TrailFilter filter) => Trail.Read(Seller, filter, long.MaxValue, 10, Token);

    private async Task<IEnumerable<long>> Positions(TrailFilter filter) => (await Read(filter)).Select(line => line.Position);
}
