using System.Collections.Immutable;
using Marketplace.Risk;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether a write is held for the seller's confirmation (R70).</summary>
internal static class RiskChecks
{
    public static DiagnosisCheck Holds { get; } =
        new("risk", EvidenceSources.Holds | EvidenceSources.Errors | EvidenceSources.Quota, EvidenceSources.Holds, ObserveHolds);

    private static Observation ObserveHolds(DiagnosisEvidence evidence)
    {
        var holds = evidence.Holds!;
        var shut = holds.Holds.Where(hold => hold.Shuts).OrderBy(hold => hold.State).ThenByDescending(hold => hold.RaisedAt).ToArray();
        var first = shut.FirstOrDefault();
        var facts = Of(
            ("score", Text(decimal.Round(holds.Score, 3))),
            ("holds", Text(shut.Length)),
            ("hold", first?.Id),
            ("rule", first?.Finding.Rule.Id),
            ("operation", first?.Finding.Operation.Value),
            ("state", first is null ? null : RiskRefusals.Name(first.State)),
            ("raised_at", Text(first?.RaisedAt))
        );
        return Observation.Of(facts, first is null ? null : Held(evidence, first, facts));
    }

    /// <summary>A hold rejected by the seller is no fault, unless the plugin keeps retrying.</summary>
    private static Finding Held(DiagnosisEvidence evidence, RiskHold hold, ImmutableSortedDictionary<string, string> facts)
    {
        var tries = evidence.Recent.Any(error => error.Code == RiskRefusals.RiskHold);
        return new Finding(
            RiskRefusals.RiskHold,
            hold.State == HoldState.Open || tries ? FindingForce.StopsSome : FindingForce.Advises,
            CauseTexts.WriteHeld(RiskTexts.Of(hold.Finding)),
            facts,
            hold.State == HoldState.Open
                ? Fixes.Hold(evidence.Id, hold.Id, "confirm", FixTexts.ConfirmWrite)
                : Fixes.Hold(evidence.Id, hold.Id, "reverse", FixTexts.ReverseRejection)
        );
    }
}
