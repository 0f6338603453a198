using System.Collections.Immutable;
using Marketplace.Privacy;

namespace Marketplace.Evidence.Claims;

/// <summary>The permitted commands on a claim, state by state.</summary>
public static class ClaimRules
{
    /// <summary>The largest amount, in CNY.</summary>
    public const decimal MaxAmount = 10_000_000m;

    /// <summary>How long the developer has to answer.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromDays(7);

    /// <summary>The most days by which the operator extends the developer's deadline.</summary>
    public const int MaxExtensionDays = 14;

    /// <summary>Maximum length of a reason, answer or reference, in characters.</summary>
    public const int MaxTextLength = 1_000;

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    /// <param name="claim">Null before it is filed.</param>
    /// <param name="command">The command.</param>
    /// <param name="now">The instant.</param>
    public static Outcome<ImmutableArray<ClaimEvent>> Decide(Claim? claim, ClaimCommand command, DateTimeOffset now)
    {
        var decision = Judge(claim, command, now);
        var installation = (command as ClaimCommand.File)?.Grounds.Installation ?? claim?.Grounds.Installation;
        return decision.Refusal is null
            ? (ImmutableArray<ClaimEvent>)[.. decision.Value.Select(@event => @event with { Installation = installation })]
            : decision;
    }

    private static Outcome<ImmutableArray<ClaimEvent>> Judge(Claim? claim, ClaimCommand command, DateTimeOffset now)
    {
        if (Wrong(claim, command) is { } wrong)
        {
            return wrong;
        }

        if (claim is null)
        {
            return command is ClaimCommand.File first ? One(new ClaimEvent.ClaimFiled(first.Grounds)) : ClaimRefusals.NotFound();
        }

        return (command, claim.State) switch
        {
            (ClaimCommand.File file, ClaimState.Withdrawn) => One(new ClaimEvent.ClaimFiled(file.Grounds)),
            (ClaimCommand.File, _) => ClaimRefusals.Exists(claim.State),
            (ClaimCommand.Withdraw, ClaimState.Withdrawn) => ImmutableArray<ClaimEvent>.Empty,
            (ClaimCommand.Withdraw withdraw, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) => One(
                new ClaimEvent.ClaimWithdrawn(withdraw.Reason)
            ),
            (ClaimCommand.Answer, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) when now > claim.AnswerDueAt =>
                ClaimRefusals.AnswerLate(claim.AnswerDueAt),
            (ClaimCommand.Answer answer, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) => One(
                new ClaimEvent.ClaimAnswered(answer.Text)
            ),
            (ClaimCommand.Extend, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) when claim.ExtendedTo is not null =>
                ClaimRefusals.ExtendedBefore(claim.AnswerDueAt),
            (ClaimCommand.Extend extend, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) => One(
                new ClaimEvent.ClaimAnswerExtended(Instants.Later(claim.AnswerDueAt, now).AddDays(extend.Days), extend.Reason)
            ),
            (ClaimCommand.Accept accept, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) => One(
                new ClaimEvent.ClaimAccepted(accept.Reason)
            ),
            (ClaimCommand.Reject reject, ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened) => One(
                new ClaimEvent.ClaimRejected(reject.Reason)
            ),
            (ClaimCommand.Reopen, ClaimState.Rejected) when claim.WasReopened => ClaimRefusals.ReopenedBefore(),
            (ClaimCommand.Reopen reopen, ClaimState.Rejected) => One(new ClaimEvent.ClaimReopened(reopen.Reason)),
            (ClaimCommand.Settle settle, ClaimState.Accepted) => One(
                new ClaimEvent.ClaimSettled(settle.AmountCny, settle.Reference, claim.Grounds.Currency)
            ),
            _ => ClaimRefusals.StateForbids(claim.State, Allowed(claim)),
        };
    }

    /// <summary>The commands permitted in a claim's state, by the last segment of their path.</summary>
    public static ImmutableArray<string> Allowed(Claim claim) =>
        claim.State switch
        {
            ClaimState.Filed or ClaimState.Answered or ClaimState.Reopened => claim.ExtendedTo is null
                ? ["withdraw", "answer", "extend", "accept", "reject"]
                : ["withdraw", "answer", "accept", "reject"],
            ClaimState.Accepted => ["settle"],
            ClaimState.Rejected when !claim.WasReopened => ["reopen"],
            ClaimState.Withdrawn => ["file"],
            _ => [],
        };

    private static Refusal? Wrong(Claim? claim, ClaimCommand command) =>
        command switch
        {
            ClaimCommand.File file => FilingIs(file),
            ClaimCommand.Withdraw { Reason: { } reason } => TextIs("reason", reason),
            ClaimCommand.Answer answer => TextIs("text", answer.Text),
            ClaimCommand.Extend extend => DaysAre(extend.Days) ?? TextIs("reason", extend.Reason),
            ClaimCommand.Accept accept => TextIs("reason", accept.Reason),
            ClaimCommand.Reject reject => TextIs("reason", reject.Reason),
            ClaimCommand.Reopen reopen => TextIs("reason", reopen.Reason),
            ClaimCommand.Settle settle => AmountIs(settle.AmountCny, claim?.Grounds.AmountCny ?? MaxAmount)
                ?? TextIs("reference", settle.Reference),
            _ => null,
        };

    /// <summary>
    /// Only a verdict against the plugin or the platform can be claimed, up to the order's value. The receiving server belongs to the
    /// developer: towards the seller both are one party.
    /// </summary>
    private static Refusal? FilingIs(ClaimCommand.File file) =>
        file.Grounds.Party is not (EvidenceParty.Plugin or EvidenceParty.Receiver or EvidenceParty.Platform)
            ? ClaimRefusals.NotClaimable(file.Grounds.Party, file.Grounds.Cause)
            : AmountIs(file.Grounds.AmountCny, Math.Min(MaxAmount, file.OrderTotal ?? MaxAmount)) ?? TextIs("reason", file.Grounds.Reason);

    private static Refusal? AmountIs(decimal amount, decimal most) =>
        amount > 0 && amount <= most && decimal.Round(amount, 2) == amount
            ? null
            : ClaimRefusals.Invalid("amount", $"more than 0, at most {most:0.00}, with two decimals");

    private static Refusal? DaysAre(int days) =>
        days is >= 1 and <= MaxExtensionDays ? null : ClaimRefusals.Invalid("days", $"1 to {MaxExtensionDays}");

    private static Refusal? TextIs(string member, string text)
    {
        if (text.Length is 0 or > MaxTextLength || text.Any(char.IsControl))
        {
            return ClaimRefusals.Invalid(member, $"1 to {MaxTextLength} characters without line breaks");
        }

        return PrivateDataScan.Find(text) is { } found ? ClaimRefusals.PrivateData(member, found) : null;
    }

    private static Outcome<ImmutableArray<ClaimEvent>> One(ClaimEvent @event) => ImmutableArray.Create(@event);
}
