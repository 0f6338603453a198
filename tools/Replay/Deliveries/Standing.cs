using Marketplace.Replay.Http;

namespace Marketplace.Replay.Deliveries;

/// <summary>The state of deliveries at one moment.</summary>
/// <remarks>
/// <c>Missing</c>: never stored by a receiver. <c>Unacknowledged</c>: stored, but without acknowledgement. <c>Late</c>: stored later than
/// the freshness target after acceptance. <c>LatencyMs</c>: from the answer to the platform to the first storing.
/// </remarks>
internal sealed record Standing(
    long Owed,
    long Missing,
    long Unacknowledged,
    long Late,
    Spread LatencyMs,
    IReadOnlyList<string> MissingNames
)
{
    private const int Named = 5;

    /// <summary>Maximum delay of an event in time (R15).</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(2.3);

    /// <summary>The share stored in time (R13); 1 if nothing is owed.</summary>
    public double Accuracy => Owed == 0 ? 1 : (double)(Owed - Missing - Late) / Owed;

    public static Standing Of(IReadOnlyList<InstallationBook> books, TimeProvider time)
    {
        var latencies = new Latencies();
        var (owed, missing, unacknowledged, late) = (0L, 0L, 0L, 0L);
        var names = new List<string>();
        foreach (var (book, one) in books.SelectMany(book => book.Events().Select(one => (book, one))))
        {
            owed++;
            unacknowledged += one is { KeptAt: not null, Acknowledged: false } ? 1 : 0;
            if (one.KeptAt is not { } kept)
            {
                missing++;
                Name(names, book, one);
            }
            else if (one.AcceptedAt is { } accepted)
            {
                // Some arrive before the platform's request is answered: count them as zero.
                var took = kept > accepted ? time.GetElapsedTime(accepted, kept) : TimeSpan.Zero;
                latencies.Add(took);
                late += took > Freshness ? 1 : 0;
            }
        }

        return new Standing(owed, missing, unacknowledged, late, Spread.Of(latencies), names);
    }

    private static void Name(List<string> names, InstallationBook book, OwedEvent one)
    {
        if (names.Count < Named)
        {
            names.Add($"{book.Mandate.Installation}: {one.Key.Type} {one.Key.Subject} is missing");
        }
    }
}

/// <summary>Latencies in ms.</summary>
internal sealed record Spread(double P50, double P95, double P99)
{
    public static Spread Of(Latencies latencies) => new(latencies.Percentile(50), latencies.Percentile(95), latencies.Percentile(99));
}
