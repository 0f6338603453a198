using System.Collections.Immutable;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>One cause that can be made to happen.</summary>
/// <param name="Name">Of the case.</param>
/// <param name="Code">What a diagnosis must name.</param>
/// <param name="Stage">Faults of a case are made in the order of their stages.</param>
/// <param name="Make">Makes it happen, by what really makes it happen.</param>
internal sealed record Fault(string Name, string Code, Stage Stage, Func<FaultBench, Task> Make)
{
    /// <summary>What it is and does.</summary>
    public ImmutableHashSet<string> Has { get; init; } = [];

    /// <summary>What must not be in the same case.</summary>
    public ImmutableHashSet<string> Not { get; init; } = [];

    /// <summary>What it wants of the plugin.</summary>
    public Func<PluginShape, PluginShape> Shape { get; init; } = shape => shape;

    /// <summary>True if the finding's call repairs it.</summary>
    public bool Repairable { get; init; }

    /// <summary>What somebody else has to do after the call, where the call alone only asks for it.</summary>
    public Func<FaultBench, Task>? AfterRepair { get; init; }

    public bool FitsWith(Fault other) => !Has.Overlaps(other.Not) && !other.Has.Overlaps(Not);

    public override string ToString() => Name;
}

/// <summary>When in a case a fault is made.</summary>
internal enum Stage
{
    /// <summary>Before anything else: takes calls that succeed.</summary>
    Calls,

    /// <summary>Uses a limit up; nothing succeeds after it.</summary>
    Limits,

    /// <summary>Closes something that a call then runs into.</summary>
    Refusals,

    /// <summary>Lies beside the calls.</summary>
    Surroundings,

    /// <summary>Stops the installation.</summary>
    Stops,

    /// <summary>Time passes.</summary>
    Time,

    /// <summary>Something of the platform is away.</summary>
    Outages,
}

/// <summary>Words by which faults are found not to fit together.</summary>
internal static class Tags
{
    /// <summary>Time passes.</summary>
    public const string Clock = "clock";

    /// <summary>Months pass.</summary>
    public const string LongClock = "long-clock";

    /// <summary>Lives in a counter that starts again with the day.</summary>
    public const string Counter = "counter";

    /// <summary>Is told from calls of the last hour.</summary>
    public const string Recent = "recent";

    /// <summary>Needs calls that get as far as the counter.</summary>
    public const string Reaching = "reaching";

    /// <summary>Needs calls that succeed.</summary>
    public const string Successes = "successes";

    /// <summary>Many calls at once.</summary>
    public const string Swarm = "swarm";

    /// <summary>Is about grants.</summary>
    public const string Scope = "scope";

    /// <summary>Is about the consent as a whole.</summary>
    public const string Consent = "consent";

    /// <summary>The seller's pause.</summary>
    public const string Pause = "pause";

    /// <summary>The enterprise is not verified.</summary>
    public const string Entity = "entity";

    /// <summary>The enterprise is verified.</summary>
    public const string Verified = "verified";

    /// <summary>Is about the plugin's token.</summary>
    public const string Token = "token";

    /// <summary>The day's quota.</summary>
    public const string Quota = "quota";

    /// <summary>The month's spend.</summary>
    public const string Spend = "spend";

    /// <summary>The short-term limit.</summary>
    public const string Burst = "burst";

    /// <summary>The plugin changes.</summary>
    public const string ChangesPlugin = "changes-plugin";

    /// <summary>The plugin's schema.</summary>
    public const string Schema = "schema";

    /// <summary>The seller's events are the fault's own.</summary>
    public const string OwnEvents = "own-events";

    /// <summary>There are no events.</summary>
    public const string NoEvents = "no-events";

    /// <summary>Needs events.</summary>
    public const string Events = "events";

    /// <summary>Is about the plugin's address.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>An event's whole retry schedule passes.</summary>
    public const string Schedule = "schedule";

    /// <summary>The newest event came late.</summary>
    public const string Late = "late";

    /// <summary>The plugin has not called, or would be refused if it did.</summary>
    public const string NoFirstCall = "no-first-call";

    /// <summary>The plugin is quiet.</summary>
    public const string Quiet = "quiet";

    /// <summary>A store is away, or code of the platform fails.</summary>
    public const string Outage = "outage";

    /// <summary>Takes the installation's own state away, on which most checks rest.</summary>
    public const string Alone = "alone";

    /// <summary>What <see cref="Alone"/> does not fit with.</summary>
    public const string State = "state";
}
