using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class DeliveryInMemory() : DeliveryContract(Database.Memory);

/// <summary>What the delivery log promises, whatever keeps it.</summary>
public abstract class DeliveryContract(Database database) : StoreTest(database)
{
    private static readonly DateTimeOffset Due = Facts.Instant.AddMinutes(5);

    [Fact]
    public async Task Gives_back_rows_and_the_state_exactly_and_keeps_them_over_a_restart()
    {
        var rows = await Write("s-1/p", 3);
        await Restart();

        var read = await Read("s-1/p");
        Assert.All(rows.Zip(read), pair => Assert.True(SampleDeliveries.AreSame(pair.First, pair.Second)));
        Assert.True(SampleDeliveries.AreChained(read));
        var state = await State("s-1/p");
        Assert.Equal((3, null), (state!.No, state.DueAt));
        Assert.Equal(rows[2].Hash.ToArray(), state.Hash.ToArray());
        Assert.Equal(SampleDeliveries.StateOf(rows[2]), state.State.ToArray());
        Assert.Equal([3L], (await Store.Delivery.Read(rows[0].Installation, 2, Token).ToListAsync(Token)).Select(row => row.No));
        Assert.Null(await State("s-1/q"));
    }

    [Fact]
    public async Task Of_concurrent_first_writers_exactly_one_wins_and_the_state_is_the_winners()
    {
        for (var round = 0; round < 10; round++)
        {
            var installation = $"race-{round}/p";
            var rows = Enumerable.Range(0, 12).Select(i => SampleDeliveries.Row(installation, null, 1, reason: $"writer-{i}")).ToArray();
            var answers = await Task.WhenAll(rows.Select(row => Store.Delivery.Append(SampleDeliveries.Commit(row), Token)));

            Assert.Single(answers, won => won);
            var winner = rows[Array.IndexOf(answers, true)];
            Assert.True(SampleDeliveries.AreSame(winner, Assert.Single(await Read(installation))));
            Assert.Equal(winner.Hash.ToArray(), (await State(installation))!.Hash.ToArray());
        }
    }

    [Fact]
    public async Task A_stale_writer_is_fenced_and_changes_neither_rows_nor_state_and_its_neighbours_are_committed()
    {
        var rows = await Write("s-2/p", 2);
        var stale = SampleDeliveries.Row("s-2/p", rows[0], 99, reason: "stale");
        var answers = await Task.WhenAll(
            Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row("s-3/p", null, 1)), Token),
            Store.Delivery.Append(new DeliveryCommit(stale, Due, new byte[] { 6, 6, 6 }), Token),
            Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row("s-4/p", null, 1)), Token)
        );

        Assert.Equal([true, false, true], answers);
        var state = await State("s-2/p");
        Assert.Equal((2, null), (state!.No, state.DueAt));
        Assert.Equal(SampleDeliveries.StateOf(rows[1]), state.State.ToArray());
        Assert.Equal(2, (await Read("s-2/p")).Count);
        Assert.Single(await Read("s-4/p"));
    }

    [Fact]
    public async Task A_mark_changes_only_the_wake_up_and_makes_an_empty_state_where_there_is_none()
    {
        await Store.Delivery.Mark(SampleDeliveries.Installation("s-5/p"), Due, Token);
        var empty = await State("s-5/p");
        Assert.Equal((0, Due), (empty!.No, empty.DueAt));
        Assert.Equal(DeliveryRow.NoHash.ToArray(), empty.Hash.ToArray());
        Assert.True(empty.State.IsEmpty);

        var row = Assert.Single(await Write("s-5/p", 1));
        await Store.Delivery.Mark(row.Installation, Due.AddHours(1), Token);
        var marked = await State("s-5/p");
        Assert.Equal((1, Due.AddHours(1)), (marked!.No, marked.DueAt));
        Assert.Equal(SampleDeliveries.StateOf(row), marked.State.ToArray());

        await Store.Delivery.Mark(row.Installation, null, Token);
        Assert.Null((await State("s-5/p"))!.DueAt);
    }

    [Fact]
    public async Task Commits_and_marks_of_one_installation_that_meet_in_a_batch_count_in_their_order()
    {
        var work = new List<Task>();
        foreach (var i in Enumerable.Range(0, 40))
        {
            var first = SampleDeliveries.Row($"meet-{i}/p", null, 1);
            work.Add(Store.Delivery.Mark(first.Installation, Due, Token));
            work.Add(Append(SampleDeliveries.Commit(first)));
            work.Add(Append(SampleDeliveries.Commit(SampleDeliveries.Row($"meet-{i}/p", first, 2), Due)));
            work.Add(i % 2 == 0 ? Store.Delivery.Mark(first.Installation, Due.AddHours(i), Token) : Task.CompletedTask);
        }

        await Task.WhenAll(work);
        foreach (var i in Enumerable.Range(0, 40))
        {
            var rows = await Read($"meet-{i}/p");
            var state = await State($"meet-{i}/p");
            Assert.True(SampleDeliveries.AreChained(rows));
            Assert.Equal((2, i % 2 == 0 ? Due.AddHours(i) : Due), (state!.No, state.DueAt!.Value));
            Assert.Equal(SampleDeliveries.StateOf(rows[1]), state.State.ToArray());
        }

        async Task Append(DeliveryCommit commit) => Assert.True(await Store.Delivery.Append(commit, Token));
    }

    [Fact]
    public async Task A_wake_up_is_put_off_only_by_a_writer_that_knows_it_and_the_last_row()
    {
        var row = Assert.Single(await Write("s-9/p", 1));
        await Store.Delivery.Mark(row.Installation, Due, Token);

        Assert.Equal(Due, await PutOff(0, Due, null));
        Assert.Equal(Due, await PutOff(1, Due.AddMilliseconds(-1), null));
        Assert.Equal(Due.AddHours(1), await PutOff(1, Due.AddTicks(9_999), Due.AddHours(1)));
        Assert.Equal(Due.AddHours(1), await PutOff(1, Due, null));
        Assert.Null(await PutOff(1, Due.AddHours(1), null));
        Assert.Null(await PutOff(1, Due.AddHours(1), Due));
        Assert.Equal(SampleDeliveries.StateOf(row), (await State("s-9/p"))!.State.ToArray());
        await Store.Delivery.PutOff(SampleDeliveries.Installation("s-9/q"), new KnownWakeUp(0, Due), Due, Token);
        Assert.Null(await State("s-9/q"));

        async Task<DateTimeOffset?> PutOff(long no, DateTimeOffset known, DateTimeOffset? dueAt)
        {
            await Store.Delivery.PutOff(row.Installation, new KnownWakeUp(no, known), dueAt, Token);
            return (await State("s-9/p"))!.DueAt;
        }
    }

    [Fact]
    public async Task A_row_replaces_the_wake_up_its_writer_knows_and_of_another_ones_the_earlier_stays()
    {
        var rows = new List<DeliveryRow>();
        await Store.Delivery.Mark(SampleDeliveries.Installation("s-10/p"), Due, Token);

        // A newer activation has scheduled a wake-up that the writer does not know: nobody else would look at what it was woken for.
        await Store.Delivery.Mark(SampleDeliveries.Installation("s-10/p"), Due.AddSeconds(30), Token);
        Assert.Equal(Due.AddSeconds(30), await Append(known: Due, due: null));
        Assert.Equal(Due.AddSeconds(30), await Append(known: Due, due: Due.AddHours(1)));
        Assert.Equal(Due.AddSeconds(10), await Append(known: null, due: Due.AddSeconds(10)));

        Assert.Equal(Due.AddHours(1), await Append(known: Due.AddSeconds(10).AddTicks(9_999), due: Due.AddHours(1)));
        Assert.Null(await Append(known: Due.AddHours(1), due: null));
        Assert.Equal(Due, await Append(known: Due.AddHours(1), due: Due));
        Assert.Equal(Due.AddSeconds(1), await Append(known: Due, due: Due.AddSeconds(1)));
        Assert.Null(await Append(known: Due.AddSeconds(1), due: null));
        Assert.Equal(Due, await Append(known: null, due: Due));

        async Task<DateTimeOffset?> Append(DateTimeOffset? known, DateTimeOffset? due)
        {
            rows.Add(SampleDeliveries.Row("s-10/p", rows.LastOrDefault(), rows.Count + 1));
            Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(rows[^1], due) with { KnownDueAt = known }, Token));
            var state = await State("s-10/p");
            Assert.Equal(SampleDeliveries.StateOf(rows[^1]), state!.State.ToArray());
            return state.DueAt;
        }
    }

    [Fact]
    public async Task A_wake_up_stays_although_a_row_of_a_writer_that_does_not_know_it_meets_it_in_a_batch()
    {
        var installations = Enumerable.Range(0, 60).Select(i => SampleDeliveries.Installation($"stale-{i}/p")).ToArray();
        await Task.WhenAll(installations.Select(installation => Store.Delivery.Mark(installation, Due, Token)));
        var work = new List<Task>();
        foreach (var (i, installation) in installations.Index())
        {
            var mark = () => Store.Delivery.Mark(installation, Due.AddSeconds(30), Token);
            work.Add(i % 2 == 0 ? mark() : Append(installation));
            work.Add(i % 2 == 0 ? Append(installation) : mark());
        }

        await Task.WhenAll(work);
        foreach (var installation in installations)
        {
            var state = await State(installation.ToString());
            Assert.Equal((1, Due.AddSeconds(30)), (state!.No, state.DueAt!.Value));
        }

        async Task Append(InstallationId installation)
        {
            var commit = SampleDeliveries.Commit(SampleDeliveries.Row(installation.ToString(), null, 1)) with { KnownDueAt = Due };
            Assert.True(await Store.Delivery.Append(commit, Token));
        }
    }

    [Fact]
    public async Task A_wake_up_scheduled_while_another_is_put_off_stays()
    {
        var installations = Enumerable.Range(0, 60).Select(i => SampleDeliveries.Installation($"late-{i}/p")).ToArray();
        await Task.WhenAll(installations.Select(installation => Store.Delivery.Mark(installation, Due, Token)));
        var work = new List<Task>();
        foreach (var (i, installation) in installations.Index())
        {
            var noted = i % 3 == 2 ? Append(installation) : Store.Delivery.Mark(installation, Due.AddHours(1), Token);
            work.Add(i % 2 == 0 ? noted : Store.Delivery.PutOff(installation, new KnownWakeUp(0, Due), null, Token));
            work.Add(i % 2 == 0 ? Store.Delivery.PutOff(installation, new KnownWakeUp(0, Due), null, Token) : noted);
        }

        await Task.WhenAll(work);
        foreach (var installation in installations)
        {
            Assert.Equal(Due.AddHours(1), (await State(installation.ToString()))!.DueAt);
        }

        async Task Append(InstallationId installation) =>
            Assert.True(
                await Store.Delivery.Append(
                    SampleDeliveries.Commit(SampleDeliveries.Row(installation.ToString(), null, 1), Due.AddHours(1)) with
                    {
                        KnownDueAt = Due,
                    },
                    Token
                )
            );
    }

    [Fact]
    public async Task A_mark_is_kept_although_a_commit_beside_it_was_refused()
    {
        await Write("s-6/p", 1);
        for (var round = 1; round <= 20; round++)
        {
            var stale = Store.Delivery.Append(SampleDeliveries.Commit(SampleDeliveries.Row("s-6/p", null, 1, reason: "stale")), Token);
            await Store.Delivery.Mark(SampleDeliveries.Installation("s-6/p"), Due.AddHours(round), Token);
            Assert.False(await stale);
            Assert.Equal(Due.AddHours(round), (await State("s-6/p"))!.DueAt);
        }
    }

    [Fact]
    public async Task What_is_due_is_named_the_longest_waiting_first()
    {
        foreach (var (installation, minutes) in ((string, int)[])[("c/p", 3), ("b/p", 1), ("a/p", 2), ("d/p", 1)])
        {
            await Store.Delivery.Mark(SampleDeliveries.Installation(installation), Facts.Instant.AddMinutes(minutes), Token);
        }

        await Write("never/p", 1);
        Assert.Empty(await ReadDue(0));
        Assert.Equal(["b/p", "d/p"], await ReadDue(1));
        Assert.Equal(["b/p", "d/p", "a/p"], await ReadDue(2));
        Assert.Equal(["b/p"], await ReadDue(60, limit: 1));
        await Store.Delivery.Mark(SampleDeliveries.Installation("b/p"), null, Token);
        Assert.Equal(["d/p", "a/p", "c/p"], await ReadDue(60));

        async Task<IEnumerable<string>> ReadDue(int minutes, int limit = 10) =>
            (await Store.Delivery.ReadDue(Facts.Instant.AddMinutes(minutes), limit, Token)).Select(installation => installation.ToString());
    }

    [Fact]
    public async Task Rows_about_some_events_are_found_whole_and_in_order()
    {
        DeliveryRow? last = null;
        var written = new List<DeliveryRow>();
        foreach (var (first, to) in ((long, long)[])[(1, 10), (4, 4), (11, 20), (4, 4), (21, 21), (2, 30), (31, 40)])
        {
            last = SampleDeliveries.Row("s-7/p", last, first, to);
            written.Add(last);
            Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(last), Token));
        }

        await Write("s-7/q", 5);
        Assert.Equal([1L, 2L, 4L, 6L], await About(4, 4));
        Assert.Equal([3L, 6L], await About(20, 20));
        Assert.Equal([6L, 7L], await About(22, 100));
        Assert.Equal([1L], await About(0, 1));
        Assert.Equal(Enumerable.Range(1, 7).Select(no => (long)no), await About(1, 40));
        Assert.Empty(await About(41, 50));

        async Task<IEnumerable<long>> About(long from, long to) =>
            (await Store.Delivery.ReadAbout(SampleDeliveries.Installation("s-7/p"), from, to, Token).ToListAsync(Token)).Select(row =>
                row.No
            );
    }

    [Fact]
    public async Task Long_logs_are_read_page_by_page_without_a_gap()
    {
        await WriteMany("s-8/p", 1_203);
        var id = SampleDeliveries.Installation("s-8/p");

        Assert.True(SampleDeliveries.AreChained(await Read("s-8/p")));
        Assert.Equal(1_203, await Store.Delivery.ReadAbout(id, 1, 5_000, Token).CountAsync(Token));
        Assert.Equal(703, await Store.Delivery.ReadAbout(id, 501, 5_000, Token).CountAsync(Token));
        Assert.Equal([1_203L, 1_202L, 1_201L], (await Store.Delivery.ReadNewest(id, long.MaxValue, 3, Token)).Select(row => row.No));
        Assert.Equal([2L, 1L], (await Store.Delivery.ReadNewest(id, 3, 3, Token)).Select(row => row.No));
        Assert.Empty(await Store.Delivery.ReadNewest(id, 1, 3, Token));
    }

    [Fact]
    public async Task Reads_all_in_the_order_of_installations_and_numbers()
    {
        foreach (var installation in (string[])["b/p", "A/p", "a/p", "a/P", "a-1/p"])
        {
            await WriteMany(installation, 150);
        }

        var all = await Store.Delivery.ReadAll("", 0, Token).Select(row => (row.Installation.ToString(), row.No)).ToListAsync(Token);
        var order = ((string[])["b/p", "A/p", "a/p", "a/P", "a-1/p"]).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(order.SelectMany(installation => Enumerable.Range(1, 150).Select(no => (installation, (long)no))), all);
        Assert.Equal(
            all.Skip(200),
            await Store.Delivery.ReadAll(order[1], 50, Token).Select(row => (row.Installation.ToString(), row.No)).ToListAsync(Token)
        );
    }

    private protected Task<List<DeliveryRow>> Read(string installation) =>
        Store.Delivery.Read(SampleDeliveries.Installation(installation), 0, Token).ToListAsync(Token).AsTask();

    private protected Task<DeliverySnapshot?> State(string installation) =>
        Store.Delivery.ReadState(SampleDeliveries.Installation(installation), Token);

    private protected async Task<List<DeliveryRow>> Write(string installation, int count)
    {
        var rows = new List<DeliveryRow>();
        for (var seq = 1; seq <= count; seq++)
        {
            rows.Add(SampleDeliveries.Row(installation, rows.LastOrDefault(), seq));
            Assert.True(await Store.Delivery.Append(SampleDeliveries.Commit(rows[^1]), Token));
        }

        return rows;
    }

    // Without a wait for each, so that many share a commit.
    private async Task WriteMany(string installation, int count)
    {
        DeliveryRow? last = null;
        var answers = new List<Task<bool>>();
        for (var seq = 1; seq <= count; seq++)
        {
            last = SampleDeliveries.Row(installation, last, seq);
            answers.Add(Store.Delivery.Append(SampleDeliveries.Commit(last), Token));
        }

        Assert.All(await Task.WhenAll(answers), Assert.True);
    }
}
