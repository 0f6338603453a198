using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Privacy;

namespace Marketplace.Billing.Accounts;

/// <summary>A command on a seller's account.</summary>
[GenerateSerializer, Immutable, Alias("mp.billing.command")]
public abstract record BillingCommand
{
    private BillingCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>An operator's entry on the open bill of the current month.</summary>
    /// <param name="Amount">What is added; negative for a credit; two decimals.</param>
    /// <param name="Reason">In words for the seller.</param>
    /// <param name="Reference">The case, invoice or document behind it.</param>
    /// <param name="Plugin">The plugin that it concerns; null for none.</param>
    [GenerateSerializer, Immutable, Alias("mp.billing.command.adjust")]
    public sealed record Adjust(
        [property: Id(0)] decimal Amount,
        [property: Id(1)] string Reason,
        [property: Id(2)] string Reference,
        [property: Id(3)] PluginId? Plugin
    ) : BillingCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of("adjust", CommandFingerprint.Text(Amount), Reason, Reference, Plugin?.Value);
    }

    /// <summary>The seller disputes a line of a closed bill.</summary>
    /// <param name="Month">The month's first day.</param>
    /// <param name="Line">The line.</param>
    /// <param name="Reason">The seller's words.</param>
    /// <param name="Amount">What the line asks, looked up in the statement; null if it has no such line.</param>
    [GenerateSerializer, Immutable, Alias("mp.billing.command.file-dispute")]
    public sealed record FileDispute(
        [property: Id(0)] DateOnly Month,
        [property: Id(1)] DisputedLine Line,
        [property: Id(2)] string Reason,
        [property: Id(3)] Money? Amount
    ) : BillingCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "file-dispute",
                CommandFingerprint.Text(Month),
                Line.Plugin,
                CommandFingerprint.Text(Line.Day),
                Line.Tier,
                Line.Api,
                Reason
            );
    }

    /// <summary>An operator decides for the seller and gives an amount back.</summary>
    [GenerateSerializer, Immutable, Alias("mp.billing.command.accept-dispute")]
    public sealed record AcceptDispute([property: Id(0)] string Dispute, [property: Id(1)] decimal Amount, [property: Id(2)] string Reason)
        : BillingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("accept-dispute", Dispute, CommandFingerprint.Text(Amount), Reason);
    }

    /// <summary>An operator decides against the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.billing.command.reject-dispute")]
    public sealed record RejectDispute([property: Id(0)] string Dispute, [property: Id(1)] string Reason) : BillingCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject-dispute", Dispute, Reason);
    }
}

/// <summary>What a decision is made from beside account and command.</summary>
/// <param name="Now">The instant.</param>
/// <param name="Today">The day of business.</param>
/// <param name="Role">The role in which the command is given.</param>
public sealed record BillingRuling(DateTimeOffset Now, DateOnly Today, ActorRole Role);

/// <summary>
/// What is permitted to a seller's account (R55): entries are added and never changed, they stand on the bill of the current month, and a
/// closed bill stays as it is.
/// </summary>
public static class BillingRules
{
    /// <summary>The largest entry, in CNY.</summary>
    public const decimal MaxAmount = 1_000_000m;

    /// <summary>How long after its end a bill's lines can be disputed, in months.</summary>
    public const int DisputeMonths = 6;

    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 1_000;

    /// <summary>The longest reference, in characters.</summary>
    public const int MaxReference = 100;

    /// <summary>The most disputes of a seller that are open.</summary>
    public const int MaxOpenDisputes = 100;

    /// <summary>Decides a command.</summary>
    public static Outcome<ImmutableArray<BillingEvent>> Decide(BillingAccount state, BillingCommand command, BillingRuling ruling)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(ruling);
        return (Forbidden(command, ruling.Role) ?? Wrong(command)) is { } refusal
            ? refusal
            : command switch
            {
                BillingCommand.Adjust adjust => Adjust(state, adjust, ruling),
                BillingCommand.FileDispute file => File(state, file, ruling),
                BillingCommand.AcceptDispute accept => Accept(state, accept, ruling),
                BillingCommand.RejectDispute reject => Open(state, reject.Dispute) is { Refusal: { } none }
                    ? none
                    : One(new BillingEvent.DisputeRejected(reject.Dispute, reject.Reason)),
                _ => throw new InvalidOperationException($"No rule for {command?.GetType().Name}."),
            };
    }

    private static Refusal? Forbidden(BillingCommand command, ActorRole role) =>
        command switch
        {
            BillingCommand.FileDispute => role.MayApproveCharges ? null : BillingRefusals.RoleForbids(),
            _ => role.IsOperator ? null : BillingRefusals.OperatorOnly(),
        };

    private static Refusal? Wrong(BillingCommand command) =>
        command switch
        {
            BillingCommand.Adjust adjust => AmountIs(adjust.Amount, adjust.Amount != 0 && Math.Abs(adjust.Amount) <= MaxAmount, MaxAmount)
                ?? TextIs("reason", adjust.Reason, MaxReason)
                ?? TextIs("reference", adjust.Reference, MaxReference),
            BillingCommand.FileDispute file => TextIs("reason", file.Reason, MaxReason),
            BillingCommand.AcceptDispute accept => AmountIs(accept.Amount, accept.Amount > 0, MaxAmount)
                ?? TextIs("reason", accept.Reason, MaxReason),
            BillingCommand.RejectDispute reject => TextIs("reason", reject.Reason, MaxReason),
            _ => null,
        };

    private static Outcome<ImmutableArray<BillingEvent>> Adjust(
        BillingAccount state,
        BillingCommand.Adjust command,
        BillingRuling ruling
    ) =>
        One(
            BillingEvent.BillAdjusted.Of(
                new Adjustment(
                    state.NextAdjustment,
                    BillingMonths.Of(ruling.Today),
                    AdjustmentKind.Operator,
                    Money.Cny(command.Amount),
                    command.Reason,
                    command.Reference,
                    ruling.Now
                )
                {
                    Plugin = command.Plugin?.Value,
                }
            )
        );

    private static Outcome<ImmutableArray<BillingEvent>> File(
        BillingAccount state,
        BillingCommand.FileDispute command,
        BillingRuling ruling
    )
    {
        if (state.Find(command.Month) is null)
        {
            return BillingRefusals.BillOpen(command.Month);
        }

        if (command.Amount is not { Amount: > 0 } amount)
        {
            return BillingRefusals.NoSuchLine();
        }

        return state.Disputes.Any(dispute => dispute.Month == command.Month && dispute.Line == command.Line)
                ? BillingRefusals.DisputeExists()
            : ruling.Today >= command.Month.AddMonths(1 + DisputeMonths) ? BillingRefusals.TooLate(DisputeMonths)
            : state.Disputes.Count(dispute => dispute.State == DisputeState.Open) >= MaxOpenDisputes
                ? BillingRefusals.TooManyDisputes(MaxOpenDisputes)
            : One(
                new BillingEvent.DisputeFiled(
                    state.NextDispute,
                    BillingMonths.Text(command.Month),
                    command.Line.Plugin,
                    command.Line.Day,
                    command.Line.Tier,
                    command.Line.Api,
                    decimal.Round(amount.Amount, 2, MidpointRounding.ToPositiveInfinity),
                    amount.Currency,
                    command.Reason
                )
            );
    }

    private static Outcome<ImmutableArray<BillingEvent>> Accept(
        BillingAccount state,
        BillingCommand.AcceptDispute command,
        BillingRuling ruling
    )
    {
        var open = Open(state, command.Dispute);
        if (open.Refusal is { } refusal)
        {
            return refusal;
        }

        var dispute = open.Value!;
        if (command.Amount > dispute.Amount.Amount)
        {
            return BillingRefusals.AmountInvalid(dispute.Amount.Amount);
        }

        var credit = new Adjustment(
            state.NextAdjustment,
            BillingMonths.Of(ruling.Today),
            AdjustmentKind.Dispute,
            dispute.Amount with
            {
                Amount = -command.Amount,
            },
            command.Reason,
            dispute.Id,
            ruling.Now
        )
        {
            Plugin = dispute.Line.Plugin,
            Corrects = dispute.Month,
        };
        return ImmutableArray.Create<BillingEvent>(
            BillingEvent.BillAdjusted.Of(credit),
            new BillingEvent.DisputeAccepted(dispute.Id, command.Reason, credit.Id)
        );
    }

    private static Outcome<Dispute> Open(BillingAccount state, string id) =>
        state.FindDispute(id) is not { } dispute ? BillingRefusals.NoDispute()
        : dispute.State != DisputeState.Open ? BillingRefusals.DisputeDecided(dispute.State)
        : dispute;

    private static Refusal? AmountIs(decimal amount, bool permitted, decimal most) =>
        permitted && decimal.Round(amount, 2) == amount ? null : BillingRefusals.AmountInvalid(most);

    private static Refusal? TextIs(string member, string text, int length)
    {
        if (text.Length == 0 || text.Length > length || text.Any(char.IsControl))
        {
            return BillingRefusals.TextInvalid(member, length);
        }

        return PrivateDataScan.Find(text) is { } found ? BillingRefusals.PrivateData(member, found) : null;
    }

    private static Outcome<ImmutableArray<BillingEvent>> One(BillingEvent @event) => ImmutableArray.Create(@event);
}
