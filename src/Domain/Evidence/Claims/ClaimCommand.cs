using Marketplace.Journal;

namespace Marketplace.Evidence.Claims;

/// <summary>What a seller claims, and the evidence.</summary>
/// <param name="Installation"><c>seller/plugin</c>.</param>
/// <param name="OrderId">The order that was lost or late.</param>
/// <param name="BundleSha256">The hash of the bundle made and signed by the marketplace.</param>
/// <param name="Party">The responsible party by the bundle's verdict, read for a loss.</param>
/// <param name="Cause">Its cause.</param>
/// <param name="AgreementVersion">The accepted plugin service agreement; null if there was none.</param>
/// <param name="AgreementHash">SHA-256 of its text.</param>
/// <param name="Certified">False if the plugin was not certified (R67).</param>
/// <param name="AmountCny">The amount claimed, in <see cref="Currency"/>.</param>
/// <param name="Reason">The seller's reason; contains no buyer's data.</param>
[GenerateSerializer, Immutable, Alias("mp.evidence.claim.grounds")]
public sealed record ClaimGrounds(
    [property: Id(0)] string Installation,
    [property: Id(1)] string OrderId,
    [property: Id(2)] string BundleSha256,
    [property: Id(3)] EvidenceParty Party,
    [property: Id(4)] string Cause,
    [property: Id(5)] string? AgreementVersion,
    [property: Id(6)] string? AgreementHash,
    [property: Id(7)] bool Certified,
    [property: Id(8)] decimal AmountCny,
    [property: Id(9)] string Reason
)
{
    /// <summary>
    /// Currency of the amount, three capital letters: the order's own; null in claims stored before this was recorded, which are in CNY.
    /// </summary>
    [Id(10)]
    public string? Currency { get; init; }
}

/// <summary>A command on a claim. The caller must check authority.</summary>
[GenerateSerializer, Immutable, Alias("mp.evidence.claim.command")]
public abstract record ClaimCommand
{
    private ClaimCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The owner files the claim; also again after a withdrawal.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.file")]
    public sealed record File([property: Id(0)] ClaimGrounds Grounds) : ClaimCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "file",
                Grounds.Installation,
                Grounds.OrderId,
                Grounds.BundleSha256,
                Grounds.Party.ToString(),
                Grounds.Cause,
                Grounds.AgreementVersion,
                Grounds.AgreementHash,
                Grounds.Certified.ToString(),
                CommandFingerprint.Text(Grounds.AmountCny),
                Grounds.Reason
            );

        /// <summary>The order's total in its currency, the upper bound of a loss. Null if only the general bound applies.</summary>
        [Id(1)]
        public decimal? OrderTotal { get; init; }
    }

    /// <summary>The owner withdraws it.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.withdraw")]
    public sealed record Withdraw([property: Id(0)] string? Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("withdraw", Reason);
    }

    /// <summary>
    /// The developer answers with its plugin's client, or the operator records the answer; until <see cref="Claim.AnswerDueAt"/>.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.answer")]
    public sealed record Answer([property: Id(0)] string Text) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("answer", Text);
    }

    /// <summary>The operator gives the developer more time to answer; once for each time it is asked.</summary>
    /// <param name="Days">Days added to the deadline, or to now if that has passed; 1 to <see cref="ClaimRules.MaxExtensionDays"/>.</param>
    /// <param name="Reason">The operator's reason; contains no buyer's data.</param>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.extend")]
    public sealed record Extend([property: Id(0)] int Days, [property: Id(1)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("extend", CommandFingerprint.Text(Days), Reason);
    }

    /// <summary>The operator decides for the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.accept")]
    public sealed record Accept([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("accept", Reason);
    }

    /// <summary>The operator decides against the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.reject")]
    public sealed record Reject([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject", Reason);
    }

    /// <summary>The owner requests a second review of a rejection; once.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.reopen")]
    public sealed record Reopen([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reopen", Reason);
    }

    /// <summary>The operator records the payment of an accepted claim.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.settle")]
    public sealed record Settle([property: Id(0)] decimal AmountCny, [property: Id(1)] string Reference) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("settle", CommandFingerprint.Text(AmountCny), Reference);
    }
}
