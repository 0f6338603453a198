using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Journal;

namespace Marketplace.Enforcement;

/// <summary>A command on the register of enforcement.</summary>
[GenerateSerializer, Immutable, Alias("mp.enforcement.command")]
public abstract record EnforcementCommand
{
    private EnforcementCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Decides an action; a freeze is only proposed.</summary>
    /// <param name="Grounds">Its plugins are looked up for the command, except the one of a delisting or suspension.</param>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.decide")]
    public sealed record Decide([property: Id(0)] EnforcementGrounds Grounds) : EnforcementCommand
    {
        // Policy, owner and plugins of the developer are looked up: a repeat may find others.
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "decide",
                Grounds.Kind.ToString(),
                Grounds.Kind is EnforcementKind.Warning or EnforcementKind.Freeze
                    ? Grounds.Developer?.Value
                    : CommandFingerprint.Text([.. Grounds.Plugins.Select(static plugin => plugin.Value)]),
                Grounds.Version,
                Grounds.Rule,
                Grounds.Reason.Zh,
                Grounds.Reason.En,
                Grounds.Advice.Zh,
                Grounds.Advice.En
            );
    }

    /// <summary>Confirms a proposed freeze; another operator than the one who proposed it.</summary>
    /// <param name="Number">The action.</param>
    /// <param name="Plugins">The plugins that the developer has by now; looked up for the command.</param>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.confirm")]
    public sealed record Confirm([property: Id(0)] int Number, [property: Id(1)] ImmutableArray<PluginId> Plugins) : EnforcementCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("confirm", CommandFingerprint.Text(Number));
    }

    /// <summary>Gives a proposed freeze up.</summary>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.withdraw")]
    public sealed record Withdraw([property: Id(0)] int Number) : EnforcementCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("withdraw", CommandFingerprint.Text(Number));
    }

    /// <summary>Lifts an action in force.</summary>
    /// <param name="Number">The action.</param>
    /// <param name="Reason">1–500 characters; public.</param>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.lift")]
    public sealed record Lift([property: Id(0)] int Number, [property: Id(1)] string Reason) : EnforcementCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("lift", CommandFingerprint.Text(Number), Reason);
    }

    /// <summary>A developer's person appeals against an action in force.</summary>
    /// <param name="Developer">The person's developer.</param>
    /// <param name="Notice">The number of the public notice.</param>
    /// <param name="Text">1–4,000 characters.</param>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.appeal")]
    public sealed record Appeal([property: Id(0)] DeveloperId Developer, [property: Id(1)] string Notice, [property: Id(2)] string Text)
        : EnforcementCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("appeal", Developer.Value, Notice, Text);
    }

    /// <summary>Rejects an appeal; it is granted by lifting the action.</summary>
    /// <param name="Number">The action.</param>
    /// <param name="Reason">1–500 characters; for the developer.</param>
    [GenerateSerializer, Immutable, Alias("mp.enforcement.command.reject-appeal")]
    public sealed record RejectAppeal([property: Id(0)] int Number, [property: Id(1)] string Reason) : EnforcementCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("reject-appeal", CommandFingerprint.Text(Number), Reason);
    }
}
