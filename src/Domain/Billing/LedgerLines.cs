using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Marketplace.Journal;

namespace Marketplace.Billing;

/// <summary>
/// Writes ledger rows as NDJSON lines; expects them in order of installation, day and seq. Each line is completed from other rows of its
/// day: the previous hash, and the tier and price of each call by the day's price book.
/// </summary>
public sealed class LedgerLines
{
    private UsageRow? _last;
    private ReadOnlyMemory<byte> _previous;
    private PriceBook? _prices;

    /// <summary>Continues after a row in the middle of a day.</summary>
    /// <param name="opening">The first row of the day.</param>
    /// <param name="last">The row to continue after.</param>
    public void ResumeAfter(UsageRow opening, UsageRow last)
    {
        Turn(opening);
        (_last, _previous) = (last, last.Hash);
    }

    /// <summary>Appends one line with its line break. Unreadable parts of a row are left out; its raw bytes are always written.</summary>
    public void Write(UsageRow row, IBufferWriter<byte> output)
    {
        if (_last is null || _last.Installation != row.Installation || _last.Day != row.Day)
        {
            Turn(row);
        }

        LogLines.WriteLine(output, writer => WriteMembers(writer, row));
        (_last, _previous) = (row, row.Hash);
    }

    private static UsageBody? ReadBody(UsageRow row)
    {
        try
        {
            return UsageBody.Decode(row.Body, row.Count);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static void WriteTally(Utf8JsonWriter writer, IReadOnlyList<Tally> tallies)
    {
        writer.WriteStartArray("tally");
        foreach (var tally in tallies)
        {
            writer.WriteStartObject();
            writer.WriteString("op", tally.Operation.Value);
            writer.WriteNumber("tier", tally.Tier);
            writer.WriteNumber("calls", tally.Calls);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void Turn(UsageRow first)
    {
        try
        {
            var opening = first.Opening.IsEmpty ? null : DayOpening.Decode(first.Opening);
            (_prices, _previous) = (opening?.Prices, opening?.Previous ?? default);
        }
        catch (FormatException)
        {
            (_prices, _previous) = (null, default);
        }
    }

    private void WriteMembers(Utf8JsonWriter writer, UsageRow row)
    {
        var body = ReadBody(row);
        writer.WriteString("installation", row.Installation.ToString());
        writer.WriteString("seller", row.Installation.Seller.Value);
        writer.WriteString("plugin", row.Installation.Plugin.Value);
        writer.WriteString("day", row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteNumber("seq", row.Seq);
        writer.WriteNumber("first", unchecked(row.Cumulative - row.Count + 1));
        writer.WriteNumber("count", row.Count);
        writer.WriteNumber("cumulative", row.Cumulative);
        writer.WriteBoolean("keyed", row.Keyed);
        writer.WriteString("previous", LogLines.Hex(_previous));
        writer.WriteString("hash", LogLines.Hex(row.Hash));
        if (_prices is not null)
        {
            writer.WriteNumber("price_book", _prices.Version);
            writer.WriteString("currency", _prices.Currency);
        }

        if (body is not null)
        {
            WriteTally(writer, body.Tallies);
        }

        if (!row.Opening.IsEmpty)
        {
            JsonText.WriteMember(writer, "opening", row.Opening);
        }

        WriteEntries(writer, row, body);
        writer.WriteBase64String("body", row.Body.Span);
    }

    private void WriteEntries(Utf8JsonWriter writer, UsageRow row, UsageBody? body)
    {
        if (body is null)
        {
            return;
        }

        var number = unchecked(row.Cumulative - row.Count);
        writer.WriteStartArray("entries");
        foreach (var entry in body.Entries)
        {
            number = unchecked(number + 1);
            writer.WriteStartObject();
            writer.WriteNumber("n", number);
            writer.WriteString("call", Fixed(entry.CallId));
            writer.WriteString("op", entry.Operation.Value);
            writer.WriteString("at", LogLines.Instant(entry.At));
            writer.WriteNumber("status", entry.Status);
            WritePrice(writer, number);
            if (entry.Key is { } key)
            {
                writer.WriteString("key", Fixed(key.Key));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WritePrice(Utf8JsonWriter writer, long number)
    {
        if (_prices is not null && number >= 1 && number <= _prices.DailyLimit)
        {
            writer.WriteNumber("tier", _prices.TierOf(number));
            writer.WritePropertyName("price");
            writer.WriteRawValue(_prices.PriceOf(number).Amount.ToString("0.000#########", CultureInfo.InvariantCulture));
        }
    }

    private static string Fixed(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);
}
