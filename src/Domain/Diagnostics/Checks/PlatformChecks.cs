using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the platform itself is the cause.</summary>
internal static class PlatformChecks
{
    private const EvidenceSources Asked = EvidenceSources.Installation | EvidenceSources.Quota | EvidenceSources.Feed;

    public static DiagnosisCheck Stores { get; } = new("platform", Asked, EvidenceSources.None, ObserveStores);

    public static DiagnosisCheck Incidents { get; } =
        new(
            "incidents",
            EvidenceSources.Incidents | EvidenceSources.Installation | EvidenceSources.Errors | EvidenceSources.Quota,
            EvidenceSources.Incidents,
            ObserveIncidents
        );

    private static Observation ObserveStores(DiagnosisEvidence evidence)
    {
        // On a server without traffic the database check can fail before any log has failed.
        var database = !evidence.UnhealthyStores.Contains("database");
        bool Answers(string store, EvidenceSources source) =>
            database && !evidence.StoreAway.HasFlag(source) && !evidence.UnhealthyStores.Contains(store);
        var ledger = Answers("ledger", EvidenceSources.Quota) && evidence.Quota?.LedgerAccepting != false;
        var journal = Answers("journal", EvidenceSources.Installation);
        var feed = Answers("feed", EvidenceSources.Feed);
        var facts = Of(("ledger", Word(ledger)), ("journal", Word(journal)), ("feed", Word(feed)));
        return Observation.Of(
            facts,
            ledger && journal && feed
                ? null
                : new Finding(
                    FindingCodes.StorageUnavailable,
                    ledger ? FindingForce.StopsSome : FindingForce.StopsAll,
                    CauseTexts.StorageUnavailable,
                    facts,
                    Fixes.By(Fixes.Platform, FixTexts.AwaitPlatform)
                )
        );
    }

    private static Observation ObserveIncidents(DiagnosisEvidence evidence)
    {
        var touching = evidence.Incidents!.Value.Where(incident => incident.IsOpen && incident.Reach.Touches(evidence)).ToArray();
        return Observation.Of(
            Of(("open", Text(evidence.Incidents.Value.Length)), ("touching", Text(touching.Length))),
            touching.Select(Open)
        );
    }

    private static Finding Open(Incident incident) =>
        new(
            FindingCodes.IncidentOpen,
            FindingForce.StopsSome,
            CauseTexts.IncidentOpen(incident.Title),
            Of(
                ("incident", incident.Id),
                ("opened_at", Text(incident.OpenedAt)),
                ("operations", incident.Reach.Operations.IsEmpty ? null : string.Join(' ', incident.Reach.Operations))
            ),
            new Fix(Fixes.Platform, FixTexts.ResolveIncident, "POST", $"/platform/v1/incidents/{incident.Id}/resolve", "{}")
        )
        {
            ExplainedCodes = [FindingCodes.UpstreamFailing, FindingCodes.PlatformFailing, FindingCodes.StorageUnavailable],
        };

    private static string Word(bool answers) => answers ? "answers" : "away";
}
