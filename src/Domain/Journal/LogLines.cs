using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Events;

namespace Marketplace.Journal;

/// <summary>
/// Writes journal facts, feed events and delivery rows as NDJSON lines; the common format of the HTTP export and the offline command
/// (docs/ledger.md).
/// </summary>
public static class LogLines
{
    /// <summary>Appends one line with its line break.</summary>
    public static void Write(JournalFact fact, IBufferWriter<byte> output) => WriteLine(output, writer =>
        {
            writer.WriteString("entity", fact.Entity);
            writer.WriteNumber("version", fact.Version);
            writer.WriteString("operation_id", fact.OperationId.Value);
            writer.WriteString("actor", fact.Actor.Value);
            WriteIfAny(writer, "role", fact.Role.Text);
            WriteIfAny(writer, "address", fact.Address);
            writer.WriteString("at", Instant(fact.At));
            writer.WriteString("type", fact.Type);
            JsonText.WriteMember(writer, "payload", fact.Payload);
            writer.WriteString("hash", Hex(fact.Hash));
        });

    /// <summary>Appends one line with its line break. Exports only size and SHA-256 of the sealed part (R23).</summary>
    public static void Write(FeedEvent item, IBufferWriter<byte> output) => WriteLine(output, writer =>
        {
            writer.WriteString("seller", item.Seller.Value);
            writer.WriteNumber("seq", item.Seq);
            writer.WriteString("source", item.Source);
            writer.WriteString("id", item.Id);
            writer.WriteString("type", item.Type);
            writer.WriteString("subject", item.Subject);
            writer.WriteString("time", Instant(item.Time));
            writer.WriteString("accepted_at", Instant(item.AcceptedAt));
            JsonText.WriteMember(writer, "data", item.Data);
            if (!item.Sealed.IsEmpty)
            {
                writer.WriteStartObject("sealed");
                writer.WriteNumber("bytes", item.Sealed.Length);
                writer.WriteString("sha256", Hex(SHA256.HashData(item.Sealed.Span)));
                writer.WriteEndObject();
            }
        });

    /// <summary>Appends one line with its line break.</summary>
    public static void Write(DeliveryRow row, IBufferWriter<byte> output) => WriteLine(output, writer =>
        {
            writer.WriteString("installation", row.Installation.ToString());
            writer.WriteNumber("no", row.No);
            writer.WriteString("at", Instant(row.At));
            writer.WriteNumber("first_seq", row.FirstSeq);
            writer.WriteNumber("last_seq", row.LastSeq);
            JsonText.WriteMember(writer, "entries", row.Body);
            writer.WriteString("hash", Hex(row.Hash));
        });

    private static void WriteIfAny(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    internal static void WriteLine(IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        // The embedded JSON was validated before; the members around it are ours.
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    internal static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
