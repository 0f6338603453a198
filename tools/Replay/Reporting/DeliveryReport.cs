using System.Text.Json;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Deliveries;
using Marketplace.Replay.Events;
using Marketplace.Replay.Http;
using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Reporting;

/// <summary>The results of a delivery run to report.</summary>
internal sealed record DeliveryFacts(
    IDataset Dataset,
    string Plugin,
    EventCounts Events,
    CallStats Calls,
    Findings Findings,
    FaultPlan Faults,
    IReadOnlyList<InstallationBook> Books,
    TimeProvider Time
);

/// <summary>The summary of a delivery run.</summary>
/// <remarks>
/// <c>Ok</c>: exit code 0: every event was accepted, arrived and was acknowledged, without any error. <c>Arrivals</c>: events in requests
/// and batches, including repeats. <c>Duplicates</c>: those already stored before. <c>Retries</c>: requests beyond the first of their
/// message. <c>Returned</c>: parked endpoints that their plugins set again. <c>WaitedSeconds</c>: from the last batch sent to the last
/// acknowledgement. <c>AccuracyBeforeReplay</c>: the share stored in time before the dead letters were replayed.
/// </remarks>
internal sealed record DeliveryReport(
    bool Ok,
    string Dataset,
    string Plugin,
    int Installations,
    double Seconds,
    double WaitedSeconds,
    EventFigures Events,
    long Owed,
    long Arrivals,
    long Duplicates,
    long Retries,
    int Returned,
    IReadOnlyDictionary<string, long> Faults,
    double AccuracyBeforeReplay,
    double Accuracy,
    long Missing,
    long Unacknowledged,
    IReadOnlyDictionary<string, int> Wrong,
    Spread LatencyMs,
    IReadOnlyList<CallFigures> Calls,
    IReadOnlyList<string> Problems
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static DeliveryReport From(DeliveryFacts facts, Outcome outcome, TimeSpan took)
    {
        var (before, waited, returned) = outcome;
        var (dataset, plugin, counts, stats, findings, faults, books, time) = facts;
        var now = Standing.Of(books, time);
        var wrong = Enum.GetValues<Wrong>().ToDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()), findings.Of);
        var batch = stats.Of(operation => operation == "events");
        return new DeliveryReport(
            counts is { Rejected: 0, Unaccounted: 0 } && now is { Missing: 0, Unacknowledged: 0 } && wrong.Values.All(count => count == 0),
            dataset.Description,
            plugin,
            books.Count,
            Math.Round(took.TotalSeconds, 3),
            Math.Round(waited.TotalSeconds, 3),
            new EventFigures(
                counts.Sent,
                counts.Accepted,
                counts.Duplicates,
                counts.Rejected,
                counts.Unaccounted,
                counts.RejectedByCode,
                new LatencyFigures(batch.Count, batch.Percentile(50), batch.Percentile(99))
            ),
            now.Owed,
            books.Sum(book => (long)book.Arrivals),
            books.Sum(book => (long)book.Duplicates),
            faults.Retried,
            returned,
            faults
                .Counts.OrderBy(pair => pair.Key)
                .ToDictionary(pair => JsonNamingPolicy.SnakeCaseLower.ConvertName(pair.Key.ToString()), pair => pair.Value),
            before.Accuracy,
            now.Accuracy,
            now.Missing,
            now.Unacknowledged,
            wrong,
            before.LatencyMs,
            [.. stats.Outcomes().Select(row => new CallFigures(row.Operation, row.Outcome, row.Count))],
            [.. now.MissingNames, .. findings.Examples]
        );
    }

    public void Save(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));
}
