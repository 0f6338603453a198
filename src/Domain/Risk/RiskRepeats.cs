using Marketplace.Audit;

namespace Marketplace.Risk;

/// <summary>Tells a repeated decision of a seller from another one under the same operation id.</summary>
public static class RiskRepeats
{
    /// <summary>True if the command led to the event, by what the command itself says.</summary>
    public static bool LedTo(this RiskCommand command, RiskEvent @event) => (command, @event) switch
    {
        (RiskCommand.Confirm wanted, RiskEvent.HoldConfirmed done) => (wanted.Hold, wanted.By, wanted.Reason) == (done.Hold, done.By, done.Reason),
        (RiskCommand.Reject wanted, RiskEvent.HoldRejected done) => (wanted.Hold, wanted.By, wanted.Reason) == (done.Hold, done.By, done.Reason),
        (RiskCommand.Reverse wanted, RiskEvent.HoldReversed done) => (wanted.Hold, wanted.By, wanted.Reason) == (done.Hold, done.By, done.Reason),
        (_, RiskEvent.NothingChanged done) => done == command.Nothing(),
        _ => false,
    };

    /// <summary>What is kept of a seller's decision that found the hold as it wants it; null for what the marketplace does by itself.</summary>
    public static RiskEvent.NothingChanged? Nothing(this RiskCommand command) => command switch
    {
        RiskCommand.Confirm wanted => new(CommandDigest.Of("confirm", wanted.Hold, wanted.By, wanted.Reason)),
        RiskCommand.Reject wanted => new(CommandDigest.Of("reject", wanted.Hold, wanted.By, wanted.Reason)),
        RiskCommand.Reverse wanted => new(CommandDigest.Of("reverse", wanted.Hold, wanted.By, wanted.Reason)),
        _ => null,
    };
}
