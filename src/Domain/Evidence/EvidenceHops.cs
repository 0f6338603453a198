using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Deliveries;

namespace Marketplace.Evidence;

/// <summary>Extracts the hops of events from the rows of the delivery log.</summary>
internal static class EvidenceHops
{
    /// <summary>The entries of the rows, with their row's number, in written order.</summary>
    /// <exception cref="FormatException">A row's body is not in the delivery log's format.</exception>
    public static ImmutableArray<(long Row, DeliveryEntry Entry)> Entries(IEnumerable<EvidenceRow> rows)
    {
        try
        {
            return [.. rows.SelectMany(row => Read(row.Body).Select(entry => (row.No, entry)))];
        }
        catch (JsonException e)
        {
            throw new FormatException("A row's body is unreadable.", e);
        }
    }

    /// <summary>The hops of one event: its acceptance, every entry that names it, and every later entry about the endpoint.</summary>
    public static ImmutableArray<EvidenceHop> Of(EvidenceEvent @event, ImmutableArray<(long Row, DeliveryEntry Entry)> entries) =>
        [
            new EvidenceHop(@event.AcceptedAt, "accepted", null),
            .. entries.Where(line => IsAbout(line.Entry, @event)).Select(line => Of(line.Row, line.Entry)),
        ];

    /// <summary>An outcome's kebab-case name in the bundle.</summary>
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
