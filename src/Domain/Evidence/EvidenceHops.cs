using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Deliveries;

namespace Marketplace.Evidence;

/// <summary>Reads the hops of events out of the rows of the delivery log.</summary>
internal static class EvidenceHops
{
    /// <summary>The entries of a row, with the row's number; in the order in which they were written.</summary>
    /// <exception cref="FormatException">A row's body is not what the delivery log writes.</exception>
    public static ImmutableArray<(long Row, DeliveryEntry Entry)> Entries(IEnumerable<EvidenceRow> rows)
    {
        try
        {
            return [.. rows.SelectMany(row => Read(row.Body).Select(entry => (row.No, entry)))];
        }
        catch (JsonException e)
        {
            throw new FormatException("A row's body is not readable.", e);
        }
    }

    /// <summary>
    /// The hops of one event: its acceptance, and every entry that names it or, after its acceptance, the way to the receiver.
    /// </summary>
    public static ImmutableArray<EvidenceHop> Of(EvidenceEvent @event, ImmutableArray<(long Row, DeliveryEntry Entry)> entries) =>
        [
            new EvidenceHop(@event.AcceptedAt, "accepted", null),
            .. entries.Where(line => IsAbout(line.Entry, @event)).Select(line => Of(line.Row, line.Entry)),
        ];

    /// <summary>A name in kebab-case as the bundle has it.</summary>
    public static string Name(DeliveryOutcome outcome) =>
        outcome switch
        {
            DeliveryOutcome.Acknowledged => "acknowledged",
            DeliveryOutcome.Failed => "failed",
            DeliveryOutcome.Dead => "dead",
            DeliveryOutcome.Withheld => "withheld",
            DeliveryOutcome.Parked => "parked",
            DeliveryOutcome.Throttled => "throttled",
            _ => "resumed",
        };

    private static DeliveryEntry[] Read(byte[] body) =>
        JsonSerializer.Deserialize(body, DeliveryJson.Default.DeliveryEntryArray) ?? throw new FormatException("A row is empty.");

    private static bool IsAbout(DeliveryEntry entry, EvidenceEvent @event) =>
        entry.Outcome is DeliveryOutcome.Parked or DeliveryOutcome.Resumed
            ? entry.At >= @event.AcceptedAt
            : entry.Seq <= @event.Seq && @event.Seq <= entry.To;

    private static EvidenceHop Of(long row, DeliveryEntry entry) =>
        new(Milliseconds(entry.At), Name(entry.Outcome), row)
        {
            Channel = entry.Outcome
                is DeliveryOutcome.Acknowledged
                    or DeliveryOutcome.Failed
                    or DeliveryOutcome.Throttled
                    or DeliveryOutcome.Dead
                ? entry.Channel.ToString().ToLowerInvariant()
                : null,
            Attempt = entry.Attempt > 0 ? entry.Attempt : null,
            Status = entry.Status,
            Reason = entry.Reason,
            LatencyMs = entry.LatencyMs,
            PayloadHash = entry.PayloadHash,
            ResponseHash = entry.ResponseHash,
            Schema = entry.Schema,
            Replay = entry.Replay,
            Batch = entry.Batch,
            To = entry.To > entry.Seq ? entry.To : null,
        };

    private static DateTimeOffset Milliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
