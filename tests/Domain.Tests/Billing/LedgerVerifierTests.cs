using CsCheck;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class LedgerVerifierTests
{
    private static readonly History Fixed = History.Of(
        "seller-1/label-printer",
        [(2, 3, 0, false), (2, 2, 1, true), (0, 2, 0, false), (1, 1, 2, false), (2, 5, 3, true), (0, 4, 0, false)]
    );

    [Fact]
    public void Any_history_verifies_and_its_late_rows_are_counted() =>
        History.Any.Sample(history =>
        {
            var findings = History.Verify(history.Rows, out var counts, out _);

            Assert.Empty(findings);
            Assert.Equal((1, history.DaysWithRows, history.Rows.Count), (counts.Installations, counts.Days, counts.Rows));
            Assert.Equal(history.Rows.Sum(row => (long)row.Count), counts.Calls);
            Assert.Equal(history.Late, counts.Late);
        });

    [Fact]
    public void Every_single_bit_flip_in_any_field_of_any_row_is_found()
    {
        var rows = Fixed.Rows;
        Assert.Contains(rows, row => row.Keyed);
        Assert.True(Fixed.Late > 0);
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var (flipped, what) in RowFlips.Of(rows[i]))
            {
                var broken = History.Sorted([.. rows.Take(i), flipped, .. rows.Skip(i + 1)]);
                Assert.True(History.Verify(broken).Count > 0, $"row {i}: {what}");
            }
        }
    }

    [Fact]
    public void A_bit_flip_in_any_history_is_found() =>
        Gen.Select(History.Small, Gen.Int[0, 1_000], Gen.Int[0, 1_000_000])
            .Sample(
                (history, at, which) =>
                {
                    var rows = history.Rows;
                    var index = at % rows.Count;
                    var flips = RowFlips.Of(rows[index]).ToArray();
                    var flipped = flips[which % flips.Length].Row;
                    return History.Verify(History.Sorted([.. rows.Take(index), flipped, .. rows.Skip(index + 1)])).Count > 0;
                }
            );

    [Fact]
    public void A_removed_row_is_found_if_anything_is_chained_to_it() =>
        Gen.Select(History.Small, Gen.Int[0, 1_000])
            .Sample(
                (history, at) =>
                {
                    var removed = history.Rows[at % history.Rows.Count];
                    return !history.IsHeld(removed) || History.Verify(history.Rows.Where(row => row != removed)).Count > 0;
                }
            );

    [Fact]
    public void Rows_in_another_order_are_found() =>
        Gen.Select(History.Small, Gen.Int[0, 1_000], Gen.Int[0, 1_000])
            .Sample(
                (history, a, b) =>
                {
                    var rows = history.Rows.ToArray();
                    (a, b) = (a % rows.Length, b % rows.Length);
                    (rows[a], rows[b]) = (rows[b], rows[a]);
                    return a == b || History.Verify(rows).Count > 0;
                }
            );

    [Fact]
    public void A_row_that_stands_there_twice_is_found() =>
        Gen.Select(History.Small, Gen.Int[0, 1_000])
            .Sample(
                (history, at) =>
                {
                    var twice = history.Rows[at % history.Rows.Count];
                    return History.Verify(History.Sorted([.. history.Rows, twice])).Count > 0;
                }
            );

    [Fact]
    public void A_forged_row_between_two_others_is_found_although_it_is_chained_to_the_first()
    {
        var rows = Fixed.Rows;
        var first = rows[0];
        var forged = (
            rows[1] with
            {
                Body = new UsageBody([new Tally(OperationName.Parse("orders.get"), 0, 4)], [Call(99)]).Encode(),
                Count = 1,
                Cumulative = first.Cumulative + 1,
            }
        ).ChainedTo(first.Hash);

        var codes = History.Verify([first, forged, .. rows.Skip(1)]).Select(finding => finding.Code);

        Assert.Contains("chain-broken", codes);
        Assert.Contains("seq-gap", codes);
    }

    [Fact]
    public void A_tally_that_was_altered_and_chained_anew_is_found_in_row_and_bill()
    {
        var last = Fixed.Rows[^1];
        var body = UsageBody.Decode(last.Body, last.Count);
        Tally[] altered = [body.Tallies[0] with { Calls = body.Tallies[0].Calls + 1 }, .. body.Tallies.Skip(1)];
        var forged = (last with { Body = (body with { Tallies = altered }).Encode() }).ChainedTo(DayOpening.Decode(last.Opening).Previous);

        var findings = History.Verify([.. Fixed.Rows.SkipLast(1), forged]);

        Assert.Equal(forged.Seq, Assert.Single(findings, finding => finding.Code == "tally-wrong").Seq);
        Assert.Equal(forged.Day, Assert.Single(findings, finding => finding.Code == "bill-differs").Day);
    }

    [Theory]
    [InlineData("call-repeated")]
    [InlineData("key-repeated")]
    [InlineData("status-not-billable")]
    [InlineData("keyed-wrong")]
    [InlineData("above-limit")]
    [InlineData("cumulative-wrong")]
    [InlineData("body-unreadable")]
    [InlineData("opening-missing")]
    [InlineData("opening-unreadable")]
    public void A_row_that_is_well_chained_but_says_what_cannot_be_is_found(string code)
    {
        var row = code switch
        {
            "call-repeated" => Row([Call(1), Call(1)]),
            "key-repeated" => Row([Call(1) with { Key = Key(5) }, Call(2) with { Key = Key(5) }]),
            "status-not-billable" => Row([Call(1) with { Status = 503 }]),
            "keyed-wrong" => Row([Call(1)]) with { Keyed = true },
            "above-limit" => Row([Call(1), Call(2), Call(3), Call(4)]),
            "cumulative-wrong" => Row([Call(1)]) with { Cumulative = 2 },
            "body-unreadable" => Row([Call(1)]) with { Body = new byte[] { 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 } },
            "opening-missing" => Row([Call(1)]) with { Opening = default },
            _ => Row([Call(1)]) with { Opening = "{\"tiers\":[null]}"u8.ToArray() },
        };

        Assert.Contains(code, History.Verify([row.ChainedTo(UsageRow.Genesis)]).Select(finding => finding.Code));
    }

    [Fact]
    public void A_day_that_is_chained_to_nothing_known_is_found()
    {
        var row = Row([Call(1)]);
        var foreign = new byte[32];
        foreign[0] = 1;
        var loose = (row with { Opening = new DayOpening(foreign, PriceBook.Standard).Encode() }).ChainedTo(foreign);

        Assert.Equal("link-unknown", Assert.Single(History.Verify([loose])).Code);
    }

    [Fact]
    public void A_first_day_that_was_settled_wholly_after_the_second_had_opened_is_late_and_not_wrong()
    {
        var late = Row([Call(1)]).ChainedTo(UsageRow.Genesis);
        var second = (Row([Call(2)]) with { Day = late.Day.AddDays(1) }).ChainedTo(UsageRow.Genesis);

        Assert.Empty(History.Verify([late, second], out var counts, out _));
        Assert.Equal(1, counts.Late);
    }

    [Fact]
    public void Findings_of_two_installations_do_not_mix()
    {
        var other = History.Of("seller-1/other", [(2, 3, 0, false), (0, 2, 0, true)]);
        var rows = History.Sorted([.. Fixed.Rows, .. other.Rows]);

        Assert.Empty(History.Verify(rows, out var counts, out _));
        Assert.Equal(2, counts.Installations);
        Assert.Equal(
            "out-of-order",
            Assert.Single(History.Verify([.. rows.Reverse().GroupBy(row => row.Installation).SelectMany(group => group.Reverse())])).Code
        );
    }

    private static UsageEntry Call(int id) => new((UInt128)id, OperationName.Parse("orders.get"), DateTimeOffset.UnixEpoch, 200, null);

    private static KeyedAnswer Key(int key) => new((UInt128)key, 0, "", default);

    private static UsageRow Row(UsageEntry[] entries)
    {
        var prices = new PriceBook(1, [new PriceTier(3, 0m)]);
        return new UsageRow(
            InstallationId.Parse("seller-1/label-printer", null),
            new DateOnly(2026, 11, 23),
            1,
            entries.Length,
            entries.Length,
            entries.Any(entry => entry.Key is not null),
            new UsageBody([new Tally(OperationName.Parse("orders.get"), 0, entries.Length)], entries).Encode(),
            new DayOpening(UsageRow.Genesis, prices).Encode(),
            default
        );
    }
}
