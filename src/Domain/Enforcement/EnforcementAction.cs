using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Developers;

namespace Marketplace.Enforcement;

/// <summary>What is done against a developer or one of its plugins.</summary>
public enum EnforcementKind
{
    /// <summary>The developer is warned; nothing is stopped.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>One version is not listed any more, and stopped where it is in use.</summary>
    [JsonStringEnumMemberName("version-suspension")]
    VersionSuspension,

    /// <summary>The plugin is neither found nor runs.</summary>
    [JsonStringEnumMemberName("delisting")]
    Delisting,

    /// <summary>All plugins of the developer are stopped, and it changes nothing about them. Needs two operators.</summary>
    [JsonStringEnumMemberName("freeze")]
    Freeze,
}

/// <summary>Where an action stands.</summary>
public enum EnforcementState
{
    /// <summary>A freeze that waits for another operator.</summary>
    Proposed,

    /// <summary>In force, under a public notice.</summary>
    InForce,

    /// <summary>Lifted; the notice stays.</summary>
    Lifted,

    /// <summary>A proposal that was given up; it never had a notice.</summary>
    Withdrawn,
}

/// <summary>A developer's appeal against an action.</summary>
/// <param name="Text">What it says.</param>
/// <param name="At">When it was made.</param>
/// <param name="Answer">Why it was rejected; null while it waits, and if the action was lifted.</param>
/// <param name="AnsweredAt">When it was rejected.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.appeal")]
public sealed record EnforcementAppeal(
    [property: Id(0)] string Text,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string? Answer,
    [property: Id(3)] DateTimeOffset? AnsweredAt
);

/// <summary>What an action is about and why.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Developer">The developer; null for a plugin of none.</param>
/// <param name="Plugins">The plugins that it stops; empty for a warning.</param>
/// <param name="Version">The hash of the suspended version; null for other kinds.</param>
/// <param name="Rule">The rule that was broken, in kebab case; what the register counts by.</param>
/// <param name="Reason">Why; public.</param>
/// <param name="Advice">What the plugin's sellers should do.</param>
/// <param name="Policy">The version of the policy under which it was decided.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.grounds")]
public sealed record EnforcementGrounds(
    [property: Id(0)] EnforcementKind Kind,
    [property: Id(1)] DeveloperId? Developer,
    [property: Id(2)] ImmutableArray<PluginId> Plugins,
    [property: Id(3)] string? Version,
    [property: Id(4)] string Rule,
    [property: Id(5)] BilingualText Reason,
    [property: Id(6)] BilingualText Advice,
    [property: Id(7)] string Policy
);

/// <summary>One action of the register.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Grounds">What it is about and why.</param>
/// <param name="State">Where it stands.</param>
/// <param name="ProposedBy">The operator who decided, or proposed, it.</param>
/// <param name="ProposedAt">When.</param>
[GenerateSerializer, Immutable, Alias("mp.enforcement.action")]
public sealed record EnforcementAction(
    [property: Id(0)] int Number,
    [property: Id(1)] EnforcementGrounds Grounds,
    [property: Id(2)] EnforcementState State,
    [property: Id(3)] string ProposedBy,
    [property: Id(4)] DateTimeOffset ProposedAt
)
{
    /// <summary>The other operator of a freeze; null for other kinds and before the confirmation.</summary>
    [Id(5)]
    public string? ConfirmedBy { get; init; }

    /// <summary>When it came into force; null before.</summary>
    [Id(6)]
    public DateTimeOffset? InForceAt { get; init; }

    /// <summary>The number of the public notice, <c>MP-yyyymmdd-n</c>; null before it is in force.</summary>
    [Id(7)]
    public string? Notice { get; init; }

    [Id(8)]
    public string? LiftedBy { get; init; }

    [Id(9)]
    public DateTimeOffset? LiftedAt { get; init; }

    [Id(10)]
    public string? LiftReason { get; init; }

    /// <summary>The developer's last appeal; null without one.</summary>
    [Id(11)]
    public EnforcementAppeal? Appeal { get; init; }

    /// <summary>False while plugins, listing or developer may not yet be as <see cref="State"/> says.</summary>
    [Id(12)]
    public bool IsCarriedOut { get; init; } = true;
}
