using System.Globalization;
using Marketplace.Journal;

namespace Marketplace.Risk;

/// <summary>What somebody wants of an installation's holds.</summary>
[GenerateSerializer, Immutable, Alias("mp.risk.command")]
public abstract record RiskCommand
{
    private RiskCommand() { }

    /// <summary>What the command says, as one value: a repeat of an operation id must be the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>A rule found something: the call is held. One hold is open for each rule and operation.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.raise")]
    public sealed record Raise([property: Id(0)] RiskFinding Finding, [property: Id(1)] UInt128 Call) : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("raise", Call.ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <summary>A rule that only observes found something: the call passed.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.observe")]
    public sealed record Observe([property: Id(0)] RiskFinding Finding, [property: Id(1)] UInt128 Call, [property: Id(2)] DateOnly Day)
        : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("observe", Call.ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <summary>The seller wants the write: it passes from the next try on.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.confirm")]
    public sealed record Confirm([property: Id(0)] string Hold, [property: Id(1)] string By, [property: Id(2)] string? Reason) : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("confirm", Hold, By, Reason);
    }

    /// <summary>The seller does not want it: it stays shut.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.reject")]
    public sealed record Reject([property: Id(0)] string Hold, [property: Id(1)] string By, [property: Id(2)] string? Reason) : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject", Hold, By, Reason);
    }

    /// <summary>The decision is taken back, with what it did to the score.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.reverse")]
    public sealed record Reverse([property: Id(0)] string Hold, [property: Id(1)] string By, [property: Id(2)] string? Reason) : RiskCommand
    {
        // Id 3 is reserved: it said that the owner asks, which follows from the initiator's role.
        public override string Fingerprint => CommandFingerprint.Of("reverse", Hold, By, Reason);
    }
}
