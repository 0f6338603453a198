using Marketplace.Installations;

namespace Marketplace.Risk;

/// <summary>The refusals of the risk rules and of decisions on holds.</summary>
public static class RiskRefusals
{
    public const string RiskHold = "risk-hold";
    public const string HoldNotFoundCode = "hold-not-found";
    public const string HoldDecidedCode = "hold-decided";
    public const string HoldUndecidedCode = "hold-undecided";
    public const string RulesInvalidCode = "risk-rules-invalid";

    /// <summary>R70: protect the shop first; the seller decides.</summary>
    public static Refusal Held(RiskHold hold, InstallationId installation) =>
        new(
            RiskHold,
            $"{RiskTexts.Of(hold.Finding).En} "
                + $"{(hold.State == HoldState.Rejected ? "The seller rejected it." : "The seller has not confirmed it yet.")}",
            "seller",
            $"POST "
                + $"/seller/v1/installations/{installation}/holds/{hold.Id}/{(hold.State == HoldState.Rejected ? "reverse" : "confirm")},"
                + $" or do not make this write."
        )
        {
            Evidence = RefusalFact.All(
                hold.Finding.Evidence,
                RefusalFacts.Hold.Of(hold.Id),
                RefusalFacts.Rule.Of(hold.Finding.Rule.Id),
                RefusalFacts.Operation.Of(hold.Finding.Operation),
                RefusalFacts.State.Of(hold.State == HoldState.Rejected ? "rejected" : "open"),
                RefusalFacts.RaisedAt.Of(hold.RaisedAt),
                RefusalFacts.Score.Of(hold.ScoreThen)
            ),
        };

    public static Refusal HoldNotFound(string hold) =>
        new(HoldNotFoundCode, $"The installation has no hold '{hold}'.", "seller", "List the holds; old decided ones are forgotten.");

    public static Refusal HoldDecided(RiskHold hold) =>
        new(
            HoldDecidedCode,
            $"The hold {hold.Id} is {Name(hold.State)} already.",
            "seller",
            "Reverse the decision first, or wait for the next hold."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Name(hold.State))),
        };

    public static Refusal HoldUndecided(RiskHold hold) =>
        new(
            HoldUndecidedCode,
            $"The hold {hold.Id} is {Name(hold.State)}: there is no decision to take back.",
            "seller",
            "Confirm or reject an open hold."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Name(hold.State))),
        };

    public static Refusal RulesInvalid(string wrong) => new(RulesInvalidCode, wrong, "platform", "Send rules within the bounds.");

    /// <summary>A state's name in the APIs.</summary>
    public static string Name(HoldState state) =>
        state switch
        {
            HoldState.Open => "open",
            HoldState.Confirmed => "confirmed",
            HoldState.Rejected => "rejected",
            _ => "reversed",
        };
}
