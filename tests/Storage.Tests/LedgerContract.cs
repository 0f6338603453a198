using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Storage.Tests.Sources;
using Marketplace.Storage.Tests.Stores;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class LedgerInMemory() : LedgerContract(Database.Memory);

public sealed class LedgerOnSqlite() : LedgerContract(Database.Sqlite);

public sealed class LedgerOnPostgreSql() : LedgerContract(Database.PostgreSql);

/// <summary>What the usage ledger promises, whatever keeps it.</summary>
public abstract class LedgerContract(Database database) : StoreTest(database)
{
    private static readonly InstallationId Installation = InstallationId.Parse("s-1/label-printer", null);

    [Fact]
    public async Task A_committed_row_comes_back_as_it_was_also_after_a_restart()
    {
        var row = UsageSource.Row("s-1/label-printer", 1, count: 7, keyed: true);
        await Commit(row);

        await Restart();

        var read = await Store.Ledger.ReadRow(Installation, UsageSource.Day, 1, Token);
        Assert.NotNull(read);
        Assert.True(read.Follows(UsageRow.Genesis));
        Assert.Equal(row.Hash.ToArray(), read.Hash.ToArray());
        Assert.Equal((7, 7L, true), (read.Count, read.Cumulative, read.Keyed));
        Assert.Null(await Store.Ledger.ReadRow(Installation, UsageSource.Day, 2, Token));
    }

    [Fact]
    public async Task Of_concurrent_writers_of_a_row_exactly_one_wins_and_the_others_are_fenced()
    {
        for (var round = 0; round < 10; round++)
        {
            var sources = Enumerable.Range(1, 12).Select(count => new UsageSource(UsageSource.Row($"race-{round}/p", 1, count))).ToArray();
            Assert.All(sources, source => Assert.True(Store.Ledger.Signal(source)));
            var answers = await Task.WhenAll(sources.Select(source => source.Answer(1)));
            Assert.Single(answers, "committed");
            Assert.Equal(11, answers.Count(answer => answer == "fenced"));
            var row = await Store.Ledger.ReadRow(InstallationId.Parse($"race-{round}/p", null), UsageSource.Day, 1, Token);
            Assert.Equal(Array.IndexOf(answers, "committed") + 1, row!.Count);
        }
    }

    [Fact]
    public async Task Rows_after_a_fenced_row_of_the_same_source_are_fenced_and_neighbours_are_committed()
    {
        await Commit(UsageSource.Row("s-1/label-printer", 1));
        var first = UsageSource.Row("s-1/label-printer", 1, count: 5);
        var stale = new UsageSource(first, UsageSource.Row("s-1/label-printer", 2, previous: first));
        var neighbours = Enumerable.Range(0, 30).Select(i => new UsageSource(UsageSource.Row($"n-{i}/p", 1))).ToArray();
        Signal([.. neighbours[..15], stale, stale, .. neighbours[15..]]);

        Assert.Equal("fenced", await stale.Answer(1));
        Assert.All(await Task.WhenAll(neighbours.Select(source => source.Answer(1))), answer => Assert.Equal("committed", answer));
        var second = await stale.Answer(2);
        Assert.True(second == "fenced" || Database == Database.PostgreSql || second == "committed");
        Assert.Equal(1, (await Store.Ledger.ReadRow(Installation, UsageSource.Day, 1, Token))!.Count);
    }

    [Fact]
    public async Task A_source_with_nothing_to_commit_costs_nothing()
    {
        var empty = new UsageSource();
        Assert.True(Store.Ledger.Signal(empty));
        await Commit(UsageSource.Row("s-1/label-printer", 1));
        Assert.Single(await Store.Ledger.ReadAll("", default, 0, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Finds_heads_openings_and_the_last_row_before_a_day()
    {
        var (first, second, third) = (UsageSource.Day, UsageSource.Day.AddDays(2), UsageSource.Day.AddDays(5));
        foreach (var day in (DateOnly[])[first, second, third])
        {
            UsageRow? previous = null;
            for (var seq = 1; seq <= 20; seq++)
            {
                previous = UsageSource.Row("s-1/label-printer", seq, previous: previous, day: day, keyed: seq % 5 == 0);
                await Commit(previous);
            }
        }

        await Commit(UsageSource.Row("s-1/label-printers", 1, day: third.AddDays(1)));
        var heads = await Store.Ledger.ReadDayHeads(Installation, first, third, Token);
        Assert.Equal([(first, 20), (second, 20), (third, 20)], heads.Select(row => (row.Day, row.Seq)));
        Assert.Equal(
            [(second, 20)],
            (await Store.Ledger.ReadDayHeads(Installation, first.AddDays(1), third.AddDays(-1), Token)).Select(r => (r.Day, r.Seq))
        );
        var openings = await Store.Ledger.ReadDayOpenings(Installation, first, second, Token);
        Assert.Equal([(first, 1), (second, 1)], openings.Select(row => (row.Day, row.Seq)));
        Assert.Equal([9, 9], openings[0].Opening.ToArray());
        Assert.Equal((first, 20), Of(await Store.Ledger.ReadLastBefore(Installation, second, Token)));
        Assert.Equal((third, 20), Of(await Store.Ledger.ReadLastBefore(Installation, DateOnly.MaxValue, Token)));
        Assert.Null(await Store.Ledger.ReadLastBefore(Installation, first, Token));
        Assert.Empty(await Store.Ledger.ReadDayHeads(Installation, third.AddDays(1), third.AddDays(9), Token));
        Assert.Equal(
            [5, 10, 15, 20],
            await Store.Ledger.ReadDay(Installation, first, keyedOnly: true, Token).Select(row => row.Seq).ToListAsync(Token)
        );
        Assert.Equal(20, await Store.Ledger.ReadDay(Installation, first, keyedOnly: false, Token).CountAsync(Token));
    }

    [Fact]
    public async Task Reads_a_day_on_after_any_of_its_rows_also_over_many_pages()
    {
        const int rows = 520;
        Signal([.. Enumerable.Range(1, rows).Select(seq => new UsageSource(UsageSource.Row("s-1/label-printer", seq)))]);
        await Commit(UsageSource.Row("s-1/label-printer", 1, day: UsageSource.Day.AddDays(1)));
        foreach (var after in (int[])[0, 7, rows - 1, rows, rows + 9])
        {
            var read = await Store
                .Ledger.ReadDayAfter(Installation, UsageSource.Day, after, Token)
                .Select(row => row.Seq)
                .ToListAsync(Token);
            Assert.Equal(Enumerable.Range(1, rows).Where(seq => seq > after), read);
        }
    }

    [Fact]
    public async Task Reads_all_in_order_and_keeps_keys_that_look_alike_apart()
    {
        string[] installations = ["020235/p", "20235/p", "ABC/p", "abc/p", "0ABC/p", "ABC/p2"];
        Signal([.. installations.SelectMany(key => Enumerable.Range(1, 150).Select(seq => new UsageSource(UsageSource.Row(key, seq))))]);
        await Commit(UsageSource.Row("zzz/p", 1));

        var all = await Store
            .Ledger.ReadAll("", default, 0, Token)
            .Select(row => (Key: row.Installation.ToString(), row.Seq))
            .ToListAsync(Token);
        Assert.Equal(
            installations
                .Order(StringComparer.Ordinal)
                .SelectMany(key => Enumerable.Range(1, 150).Select(seq => (key, seq)))
                .Append(("zzz/p", 1)),
            all
        );
        var rest = await Store.Ledger.ReadAll(all[499].Key, UsageSource.Day, all[499].Seq, Token).CountAsync(Token);
        Assert.Equal(all.Count - 500, rest);
    }

    private static (DateOnly Day, int Seq)? Of(UsageRow? row) => row is null ? null : (row.Day, row.Seq);

    private void Signal(params UsageSource[] sources) => Assert.All(sources, source => Assert.True(Store.Ledger.Signal(source)));

    private async Task Commit(UsageRow row)
    {
        var source = new UsageSource(row);
        Signal(source);
        Assert.Equal("committed", await source.Answer(row.Seq));
    }
}
