using Marketplace.Journal;

namespace Marketplace.Evidence.Claims;

/// <summary>What a seller wants back, and on what evidence.</summary>
/// <param name="Installation"><c>seller/plugin</c>.</param>
/// <param name="OrderId">The order that was lost or came too late.</param>
/// <param name="BundleSha256">The bundle that the marketplace made and signed, by its hash.</param>
/// <param name="Party">Who is answerable by the bundle's verdict, read for a loss.</param>
/// <param name="Cause">Its cause.</param>
/// <param name="AgreementVersion">The plugin service agreement that the seller had accepted; null if there was none.</param>
/// <param name="AgreementHash">SHA-256 of its text.</param>
/// <param name="Certified">False if the plugin was not certified (R67).</param>
/// <param name="AmountCny">What is claimed, in <see cref="Currency"/>.</param>
/// <param name="Reason">In the seller's words; holds no buyer's data.</param>
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
    /// Three capital letters: what the amount is in, the order's own currency; null in claims of before this was kept, which are in CNY.
    /// </summary>
    [Id(10)]
    public string? Currency { get; init; }
}

/// <summary>What somebody wants of a claim. Who may is the caller's to check.</summary>
[GenerateSerializer, Immutable, Alias("mp.evidence.claim.command")]
public abstract record ClaimCommand
{
    private ClaimCommand() { }

    /// <summary>What the command says, as one value: a repeat of an operation id must be the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>The owner claims; also again after withdrawing.</summary>
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

        /// <summary>
        /// What the buyer pays for the order, in its currency: nobody loses more. Null where only the general bound holds.
        /// </summary>
        [Id(1)]
        public decimal? OrderTotal { get; init; }
    }

    /// <summary>The owner takes it back.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.withdraw")]
    public sealed record Withdraw([property: Id(0)] string? Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("withdraw", Reason);
    }

    /// <summary>
    /// The developer's side answers, by its plugin's client, or the operator writes down what it said; until
    /// <see cref="Claim.AnswerDueAt"/>.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.answer")]
    public sealed record Answer([property: Id(0)] string Text) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("answer", Text);
    }

    /// <summary>The operator finds for the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.accept")]
    public sealed record Accept([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("accept", Reason);
    }

    /// <summary>The operator finds against the seller.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.reject")]
    public sealed record Reject([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject", Reason);
    }

    /// <summary>The owner asks for a second look at a rejection; once.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.reopen")]
    public sealed record Reopen([property: Id(0)] string Reason) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reopen", Reason);
    }

    /// <summary>The operator notes what was paid for an accepted claim.</summary>
    [GenerateSerializer, Immutable, Alias("mp.evidence.claim.command.settle")]
    public sealed record Settle([property: Id(0)] decimal AmountCny, [property: Id(1)] string Reference) : ClaimCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("settle", CommandFingerprint.Text(AmountCny), Reference);
    }
}
