using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Journal;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

public sealed class DeliveryVerifierTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, 123, TimeSpan.Zero);

    private static readonly DeliveryRow[] Good = [.. Rows("a/p", 3), .. Rows("b/p", 2)];

    [Fact]
    public void A_log_that_is_well_verifies_with_its_counts()
    {
        Assert.Empty(Verify(Good, out var counts));
        Assert.Equal(new DeliveryCounts(2, 5, 10), counts);
    }

    [Fact]
    public void Every_single_bit_that_flips_is_found()
    {
        for (var place = 0; place < Good.Length; place++)
        {
            var row = Good[place];
            Assert.All(Flips(row.Body), body => AssertFound(place, row with { Body = body }));
            Assert.All(Flips(row.Hash), hash => AssertFound(place, row with { Hash = hash }));
            Assert.All(Flips(row.No), no => AssertFound(place, row with { No = no }));
            Assert.All(Flips(row.FirstSeq), first => AssertFound(place, row with { FirstSeq = first }));
            Assert.All(Flips(row.LastSeq), last => AssertFound(place, row with { LastSeq = last }));
            Assert.All(Flips(row.At.ToUnixTimeMilliseconds()).Where(at => at is >= 0 and < 253_402_300_800_000), at =>
                AssertFound(place, row with { At = DateTimeOffset.FromUnixTimeMilliseconds(at) })
            );
            AssertFound(place, row with { Installation = InstallationId.Parse("z/p", null) });
        }
    }

    [Fact]
    public void A_row_that_is_taken_out_put_in_twice_moved_or_swapped_is_found()
    {
        Assert.Contains(Verify([Good[0], Good[2]], out _), finding => finding is { Key: "a/p", Seq: 3, Code: "no-gap" });
        Assert.Contains(Verify([Good[0], Good[0]], out _), finding => finding.Code == "no-gap");
        Assert.Contains(Verify([Good[1]], out _), finding => finding.Code == "no-gap");
        Assert.Contains(Verify([Good[1] with { No = 1 }, Good[0] with { No = 2 }], out _), finding => finding.Code == "chain-broken");
        Assert.Contains(Verify([Good[0] with { Installation = Good[3].Installation }], out _), finding =>
            finding is { Key: "b/p", Seq: 1, Code: "chain-broken" }
        );
        Assert.Contains(Verify([Good[3], Good[0]], out _), finding => finding.Code == "out-of-order");
    }

    [Fact]
    public void Entries_that_cannot_be_read_or_lie_outside_of_the_row_are_found_although_the_chain_is_right()
    {
        Assert.Equal("entries-unreadable", Assert.Single(Verify([Chained(Good[0] with { Body = "{}"u8.ToArray() })], out _)).Code);
        Assert.Equal("range-wrong", Assert.Single(Verify([Chained(Good[0] with { LastSeq = 99 })], out _)).Code);
        Assert.Equal("range-wrong", Assert.Single(Verify([Chained(Good[0] with { Body = "[]"u8.ToArray() })], out _)).Code);
    }

    [Fact]
    public void Rows_that_are_cut_off_at_the_end_are_found_by_the_state_beside_them()
    {
        Assert.Empty(End(Good[..3], Good[2]));
        Assert.Equal("end-differs", Assert.Single(End(Good[..2], Good[2])).Code);
        Assert.Equal("end-differs", Assert.Single(End(Good[..3], Good[2] with { Hash = Good[0].Hash })).Code);

        static List<Finding> End(DeliveryRow[] rows, DeliveryRow state)
        {
            var findings = new List<Finding>();
            var verifier = new DeliveryVerifier(findings.Add);
            Array.ForEach(rows, verifier.Add);
            verifier.CheckEnd(state.No, state.Hash);
            return findings;
        }
    }

    private static void AssertFound(int place, DeliveryRow altered)
    {
        DeliveryRow[] rows = [.. Good[..place], altered, .. Good[(place + 1)..]];
        Assert.NotEmpty(Verify(rows, out _));
    }

    private static List<Finding> Verify(DeliveryRow[] rows, out DeliveryCounts counts)
    {
        var findings = new List<Finding>();
        var verifier = new DeliveryVerifier(findings.Add);
        Array.ForEach(rows, verifier.Add);
        counts = verifier.Counts;
        return findings;
    }

    private static DeliveryRow Chained(DeliveryRow row) => row with { Hash = row.HashAfter(DeliveryRow.NoHash.Span) };

    private static IEnumerable<DeliveryRow> Rows(string installation, int count)
    {
        DeliveryRow? last = null;
        for (var seq = 1L; seq <= count; seq++)
        {
            var failed = new DeliveryEntry(seq, seq, DeliveryOutcome.Failed, DeliveryChannel.Push, At)
            {
                Attempt = 1,
                Status = 503,
                LatencyMs = 12,
                Reason = SendErrors.Status,
            };
            var taken = new DeliveryEntry(seq + 1, seq + 1, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, At)
            {
                Attempt = 1,
                Status = 200,
                PayloadHash = "ab",
            };
            last = DeliveryRow.Following(
                InstallationId.Parse(installation, null),
                last?.No ?? 0,
                last?.Hash ?? DeliveryRow.NoHash,
                At,
                [failed, taken]
            );
            yield return last;
        }
    }

    private static IEnumerable<byte[]> Flips(ReadOnlyMemory<byte> bytes)
    {
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = bytes.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return flipped;
        }
    }

    private static IEnumerable<long> Flips(long number) => Enumerable.Range(0, 64).Select(bit => number ^ (1L << bit));
}
