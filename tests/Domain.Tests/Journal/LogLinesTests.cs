using System.Buffers;
using System.Text;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Journal;

public sealed class LogLinesTests
{
    private static readonly History Fixed = History.Of("seller-1/label-printer", [(2, 3, 0, false), (2, 1_000, 1, true), (0, 2, 0, false)]);

    [Fact]
    public void A_ledger_line_shows_every_call_with_its_price_and_can_be_hashed_by_anybody()
    {
        var output = new ArrayBufferWriter<byte>();
        var lines = new LedgerLines();
        foreach (var row in Fixed.Rows)
        {
            lines.Write(row, output);
        }

        var parsed = Lines(output);
        Assert.Equal(Fixed.Rows.Count, parsed.Length);
        var second = parsed[1];
        Assert.Equal(parsed[0].GetProperty("hash").GetString(), second.GetProperty("previous").GetString());
        Assert.Equal(4, second.GetProperty("first").GetInt64());
        Assert.Equal(1, second.GetProperty("price_book").GetInt32());
        Assert.False(second.TryGetProperty("opening", out _));
        var last = second.GetProperty("entries").EnumerateArray().Last();
        Assert.Equal(
            (1_003, 1, "0.020"),
            (last.GetProperty("n").GetInt64(), last.GetProperty("tier").GetInt32(), last.GetProperty("price").GetRawText())
        );
        Assert.Equal(Fixed.Rows[1].Body.ToArray(), second.GetProperty("body").GetBytesFromBase64());
        Assert.Equal(Fixed.Rows[0].Opening.ToArray(), Encoding.UTF8.GetBytes(parsed[0].GetProperty("opening").GetRawText()));
        Assert.Equal(parsed[1].GetProperty("hash").GetString(), parsed[2].GetProperty("previous").GetString());
    }

    [Fact]
    public void Lines_that_go_on_in_the_middle_of_a_day_are_the_same()
    {
        var whole = new ArrayBufferWriter<byte>();
        var parts = new ArrayBufferWriter<byte>();
        var lines = new LedgerLines();
        for (var i = 0; i < Fixed.Rows.Count; i++)
        {
            lines.Write(Fixed.Rows[i], whole);
            var fresh = new LedgerLines();
            if (i > 0)
            {
                var last = Fixed.Rows[i - 1];
                fresh.ResumeAfter(Fixed.Rows.First(row => row.Day == last.Day), last);
            }

            fresh.Write(Fixed.Rows[i], parts);
        }

        Assert.Equal(whole.WrittenSpan, parts.WrittenSpan);
    }

    [Fact]
    public void A_row_that_cannot_be_read_is_still_one_line()
    {
        var output = new ArrayBufferWriter<byte>();
        new LedgerLines().Write(
            Fixed.Rows[0] with
            {
                Body = new byte[] { 9 },
                Opening = "{\n"u8.ToArray(),
                Cumulative = long.MinValue,
            },
            output
        );

        var line = Assert.Single(Lines(output));
        Assert.False(line.TryGetProperty("entries", out _));
        Assert.Equal("{\n"u8.ToArray(), line.GetProperty("opening_base64").GetBytesFromBase64());
    }

    [Fact]
    public void A_feed_line_tells_size_and_digest_of_the_sealed_part_and_never_the_part()
    {
        var sealedPart = "canary-13812345678"u8.ToArray();
        var output = new ArrayBufferWriter<byte>();
        LogLines.Write(
            new FeedEvent(
                SellerId.Parse("s-1", null),
                1,
                "urn:\"erp\"",
                "e-1",
                "order.paid",
                "o-1",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                "{\n \"a\": 1.50 }"u8.ToArray(),
                sealedPart
            ),
            output
        );

        var line = Assert.Single(Lines(output));
        Assert.Equal("1.50", line.GetProperty("data").GetProperty("a").GetRawText());
        Assert.Equal(sealedPart.Length, line.GetProperty("sealed").GetProperty("bytes").GetInt32());
        Assert.Equal(64, line.GetProperty("sealed").GetProperty("sha256").GetString()!.Length);
        Assert.DoesNotContain("canary", Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(sealedPart), Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
        Assert.Equal("1970-01-01T00:00:00.000Z", line.GetProperty("time").GetString());
    }

    [Fact]
    public void A_journal_line_holds_the_payload_as_it_was_hashed()
    {
        var payload = "{\"scopes\": [\"orders.read\"],\"é\":\"\\u00e9\"}"u8.ToArray();
        var fact = JournalFact.Following(
            null,
            "installation/s-1/p",
            OperationId.Parse("op-1"),
            ActorId.Parse("user <7>"),
            DateTimeOffset.UnixEpoch,
            "grants-changed",
            payload
        );
        var output = new ArrayBufferWriter<byte>();
        LogLines.Write(fact, output);

        var line = Assert.Single(Lines(output));
        Assert.Equal(payload, Encoding.UTF8.GetBytes(line.GetProperty("payload").GetRawText()));
        Assert.Equal(Convert.ToHexStringLower(fact.Hash.Span), line.GetProperty("hash").GetString());
        Assert.Equal("user <7>", line.GetProperty("actor").GetString());
    }

    [Fact]
    public void A_delivery_line_holds_all_that_its_hash_goes_over()
    {
        var entry = new DeliveryEntry(7, 9, DeliveryOutcome.Failed, DeliveryChannel.Push, DateTimeOffset.UnixEpoch)
        {
            Attempt = 2,
            Reason = SendErrors.Timeout,
        };
        var row = DeliveryRow.Following(
            InstallationId.Parse("s-1/p", null),
            0,
            DeliveryRow.NoHash,
            DateTimeOffset.UnixEpoch.AddMilliseconds(5),
            [entry]
        );
        var output = new ArrayBufferWriter<byte>();
        LogLines.Write(row, output);

        var line = Assert.Single(Lines(output));
        var read = new DeliveryRow(
            InstallationId.Parse(line.GetProperty("installation").GetString()!, null),
            line.GetProperty("no").GetInt64(),
            line.GetProperty("at").GetDateTimeOffset(),
            line.GetProperty("first_seq").GetInt64(),
            line.GetProperty("last_seq").GetInt64(),
            Encoding.UTF8.GetBytes(line.GetProperty("entries").GetRawText()),
            default
        );
        Assert.Equal(line.GetProperty("hash").GetString(), Convert.ToHexStringLower(read.HashAfter(DeliveryRow.NoHash.Span)));
        Assert.Equal(entry, Assert.Single(read.Entries));
        Assert.True(ExportPosition.TryParse(ExportPosition.Of(row), false, out var position));
        Assert.Equal(new ExportPosition("s-1/p", DateOnly.MinValue, 1), position);
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("s/p~2026-11-23~5", true, true)]
    [InlineData("s/p~2026-11-23", true, false)]
    [InlineData("s/p~2026-13-23~5", true, false)]
    [InlineData("s/p~2026-11-23~99999999999", true, false)]
    [InlineData("s~5", false, true)]
    [InlineData("s~-5", false, false)]
    [InlineData("~5", false, false)]
    [InlineData("s~5~6", false, false)]
    [InlineData("s~99999999999999999999", false, false)]
    public void A_position_is_read_or_refused(string text, bool withDay, bool valid) =>
        Assert.Equal(valid, ExportPosition.TryParse(text, withDay, out _));

    [Fact]
    public void The_position_of_a_row_reads_back()
    {
        Assert.True(ExportPosition.TryParse(ExportPosition.Of(Fixed.Rows[1]), true, out var position));
        Assert.Equal(new ExportPosition("seller-1/label-printer", Fixed.Rows[1].Day, 2), position);
    }

    private static JsonElement[] Lines(ArrayBufferWriter<byte> output)
    {
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text[..^1].Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
