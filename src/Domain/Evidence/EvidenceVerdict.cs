using System.Collections.Immutable;

namespace Marketplace.Evidence;

/// <summary>The overall verdict, by rule (R66).</summary>
/// <param name="Party">The responsible party.</param>
/// <param name="Cause">A code of <see cref="EvidenceCauses"/>.</param>
/// <param name="Seq">The decisive event; null if none.</param>
/// <param name="Text">The cause as text.</param>
/// <param name="Owed">Events that the installation should get.</param>
/// <param name="Acknowledged">Of these, acknowledged.</param>
/// <param name="Late">Of these, acknowledged late.</param>
/// <param name="Withheld">Events that are not owed.</param>
public sealed record EvidenceVerdict(
    EvidenceParty Party,
    string Cause,
    long? Seq,
    BilingualText Text,
    int Owed,
    int Acknowledged,
    int Late,
    int Withheld
)
{
    /// <summary>
    /// Derives the verdict from journeys. Undelivered events outweigh late ones, late ones outweigh withheld ones; among equals the
    /// earliest event decides, because later ones wait behind it.
    /// </summary>
    public static EvidenceVerdict Of(ImmutableArray<EvidenceJourney> journeys)
    {
        if (journeys.IsEmpty)
        {
            return Of(EvidenceCauses.OrderUnknown, null, journeys);
        }

        // A plugin without access or subscription to waybills that has all of the order's own events lacks nothing.
        var owes = journeys.Any(journey => journey.Owed);
        var decisive = journeys.MinBy(journey => (Weight(journey, owes), journey.Seq))!;
        return Weight(decisive, owes) == Well
            ? Of(EvidenceCauses.DeliveredInTime, null, journeys)
            : Of(decisive.Cause, decisive.Seq, journeys);
    }

    /// <summary>The verdict for a claim that the order was lost: after an acknowledgement the acknowledging party is responsible.</summary>
    public EvidenceVerdict ForLoss() =>
        Party is EvidenceParty.None
            ? this with
            {
                Party = EvidenceParty.Plugin,
                Cause = EvidenceCauses.AcknowledgedThenLost,
                Text = EvidenceCauses.Find(EvidenceCauses.AcknowledgedThenLost).Text,
            }
            : this;

    private const int Well = 4;

    private static int Weight(EvidenceJourney journey, bool owes) =>
        journey switch
        {
            { Party: EvidenceParty.None } => Well,
            { State: EvidenceState.Withheld, Cause: EvidenceCauses.ScopeNeverGranted or EvidenceCauses.TypeNotWanted } when owes => Well,
            { State: EvidenceState.Withheld } => 2,
            { Party: EvidenceParty.Open } => 3,
            { State: EvidenceState.Waiting or EvidenceState.Dead } => 0,
            _ => 1,
        };

    private static EvidenceVerdict Of(string code, long? seq, ImmutableArray<EvidenceJourney> journeys)
    {
        var cause = EvidenceCauses.Find(code);
        return new EvidenceVerdict(
            cause.Party,
            cause.Code,
            seq,
            cause.Text,
            journeys.Count(journey => journey.Owed),
            journeys.Count(journey => journey.State is EvidenceState.Acknowledged or EvidenceState.Late),
            journeys.Count(journey => journey.State is EvidenceState.Late),
            journeys.Count(journey => journey.State is EvidenceState.Withheld)
        );
    }
}
