using System.Globalization;
using Marketplace.Journal;

namespace Marketplace.Risk;

/// <summary>A command on an installation's holds.</summary>
[GenerateSerializer, Immutable, Alias("mp.risk.command")]
public abstract record RiskCommand
{
    private RiskCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Raises a hold because an enforcing rule matched. One hold is open per rule and operation.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.raise")]
    public sealed record Raise([property: Id(0)] RiskFinding Finding, [property: Id(1)] UInt128 Call) : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("raise", Call.ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <summary>Records a match of an observing rule: the call passed.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.observe")]
    public sealed record Observe([property: Id(0)] RiskFinding Finding, [property: Id(1)] UInt128 Call, [property: Id(2)] DateOnly Day)
        : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("observe", Call.ToString("x32", CultureInfo.InvariantCulture));
    }

    /// <summary>The seller confirms the write: it passes from the next attempt.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.confirm")]
    public sealed record Confirm([property: Id(0)] string Hold, [property: Id(1)] ActorId By, [property: Id(2)] string? Reason)
        : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("confirm", Hold, By.Value, Reason);
    }

    /// <summary>The seller rejects the write: it stays blocked.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.reject")]
    public sealed record Reject([property: Id(0)] string Hold, [property: Id(1)] ActorId By, [property: Id(2)] string? Reason) : RiskCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject", Hold, By.Value, Reason);
    }

    /// <summary>Reverses the decision, including its effect on the score.</summary>
    [GenerateSerializer, Immutable, Alias("mp.risk.command.reverse")]
    public sealed record Reverse([property: Id(0)] string Hold, [property: Id(1)] ActorId By, [property: Id(2)] string? Reason)
        : RiskCommand
    {
        // Id 3 is reserved: it said that the owner asks, which follows from the initiator's role.
        public override string Fingerprint => CommandFingerprint.Of("reverse", Hold, By.Value, Reason);
    }
}
