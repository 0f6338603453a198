using System.Collections.Immutable;

namespace Marketplace.Evidence.Claims;

/// <summary>The refusals around claims and their evidence.</summary>
public static class ClaimRefusals
{
    public const string ClaimNotFound = "claim-not-found";
    public const string ClaimExists = "claim-exists";
    public const string ClaimStateConflict = "claim-state-conflict";
    public const string ClaimInvalid = "claim-invalid";
    public const string VerdictNotClaimable = "verdict-not-claimable";
    public const string EvidenceInvalid = "evidence-invalid";

    private const string Seller = "seller";

    public static Refusal NotFound() =>
        new(ClaimNotFound, "There is no such claim.", Seller, "List the claims: GET /seller/v1/claims?seller=…");

    /// <summary>Each order can be claimed once.</summary>
    public static Refusal Exists(ClaimState state) =>
        new(
            ClaimExists,
            $"The order is claimed already; that claim is {Name(state)}.",
            Seller,
            "Go on with that claim; a rejected one can be opened again once."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Name(state))),
        };

    public static Refusal ReopenedBefore() =>
        new(
            ClaimStateConflict,
            "The claim was looked at a second time already.",
            Seller,
            "The decision stands; the evidence can be taken elsewhere."
        );

    /// <summary>The developer gets more time once for each time it is asked.</summary>
    public static Refusal ExtendedBefore(DateTimeOffset dueAt) =>
        new(
            ClaimStateConflict,
            $"The deadline was extended already, to {dueAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
            "platform",
            "Wait for the answer, or decide the claim when the deadline has passed."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.AnswerDueAt.Of(dueAt.ToUniversalTime())),
        };

    public static Refusal StateForbids(ClaimState state, ImmutableArray<string> allowed) =>
        new(
            ClaimStateConflict,
            $"The claim is {Name(state)}; this is not possible now.",
            Seller,
            allowed.IsEmpty ? "Nothing more can be done with it." : $"Possible now: {string.Join(", ", allowed)}."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Name(state)), RefusalFacts.AllowedSteps.Of(allowed)),
        };

    /// <summary>The bundle's verdict is open, or blames a party that cannot be claimed against.</summary>
    public static Refusal NotClaimable(EvidenceParty party, string cause) =>
        new(
            VerdictNotClaimable,
            $"A claim needs a final verdict against plugin or platform; this one is '{cause}'.",
            Seller,
            party is EvidenceParty.Open
                ? "Get the evidence again when the delivery's schedule is over."
                : "Nothing can be claimed on this verdict."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Party.Of(PartyName(party)), RefusalFacts.Cause.Of(cause)),
        };

    /// <summary>The deadline for an answer has passed.</summary>
    public static Refusal AnswerLate(DateTimeOffset dueAt) =>
        new(ClaimStateConflict, $"An answer was due by {dueAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.", "plugin", "The claim is decided without it.")
        {
            Evidence = RefusalFact.All(RefusalFacts.AnswerDueAt.Of(dueAt.ToUniversalTime())),
        };

    public static Refusal Invalid(string member, string expected) =>
        new(ClaimInvalid, $"'{member}' must be {expected}.", Seller, "Correct the request.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member)),
        };

    public static Refusal PrivateData(string member, string kind) =>
        new(
            ClaimInvalid,
            $"'{member}' holds what looks like a buyer's {kind}.",
            Seller,
            "Leave the buyer's data out; the order id is enough."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member), RefusalFacts.PrivateKind.Of(kind)),
        };

    /// <summary>The input is not a bundle signed by this marketplace for the seller.</summary>
    public static Refusal Evidence(string reason) =>
        new(EvidenceInvalid, reason, Seller, "Send the answer of GET /seller/v1/orders/{orderId}/evidence as it is.");

    private static string PartyName(EvidenceParty party) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(party.ToString());

    /// <summary>A state's name in the APIs.</summary>
    public static string Name(ClaimState state) =>
        state switch
        {
            ClaimState.Filed => "filed",
            ClaimState.Answered => "answered",
            ClaimState.Accepted => "accepted",
            ClaimState.Rejected => "rejected",
            ClaimState.Reopened => "reopened",
            ClaimState.Settled => "settled",
            _ => "withdrawn",
        };
}
