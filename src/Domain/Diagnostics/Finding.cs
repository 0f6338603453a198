using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>One cause: code, description in both languages, evidence, affected orders, and the call that repairs it (R58).</summary>
/// <param name="Code">Identifies the cause; equals the refusal's code where calls are refused with it.</param>
/// <param name="Force">How much of the plugin's calls it stops.</param>
/// <param name="Cause">For the seller, in both languages.</param>
/// <param name="Evidence">Facts by name: counter values, instants, scopes.</param>
/// <param name="Fix">Who repairs it, and by which call.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.finding")]
public sealed record Finding(
    [property: Id(0)] string Code,
    [property: Id(1)] FindingForce Force,
    [property: Id(2)] BilingualText Cause,
    [property: Id(3)] ImmutableSortedDictionary<string, string> Evidence,
    [property: Id(4)] Fix Fix
)
{
    /// <summary>Maximum orders named by a finding.</summary>
    public const int MaxOrders = 20;

    /// <summary>Orders withheld from the plugin by this cause, or subject of its refused calls; at most <see cref="MaxOrders"/>.</summary>
    [Id(5)]
    public ImmutableArray<string> AffectedOrders { get; init; } = [];

    /// <summary>Codes of the errors explained by this cause; always includes its own.</summary>
    [Id(6)]
    public ImmutableArray<string> ExplainedCodes { get; init; } = [];

    /// <summary><c>error</c> while calls are refused or fail because of it, else <c>warning</c>.</summary>
    public string Severity => Force >= FindingForce.StopsSome ? "error" : "warning";

    /// <summary>True if this cause explains the failed call.</summary>
    public bool Explains(ErrorEntry error) => error.Code == Code || ExplainedCodes.Contains(error.Code);
}

/// <summary>How much a cause stops; the first criterion of likelihood. Ordered: more is worse.</summary>
public enum FindingForce
{
    /// <summary>Nothing is refused because of it, but something is wrong.</summary>
    Advises,

    /// <summary>Nothing is refused yet.</summary>
    Threatens,

    /// <summary>Some calls are refused or fail now.</summary>
    StopsSome,

    /// <summary>Every call is refused now.</summary>
    StopsAll,
}

/// <summary>Who repairs a cause, and how.</summary>
/// <param name="By"><c>seller</c> (any user of the shop), <c>owner</c>, <c>finance</c> (or the owner), <c>plugin</c>, <c>developer</c>,
/// <c>platform</c>, <c>reviewer</c>, <c>upstream</c> or <c>time</c>.</param>
/// <param name="Action">What they do, in both languages.</param>
/// <param name="Method">HTTP method of the one call that repairs it; null if there is none.</param>
/// <param name="Href">Path of that call.</param>
/// <param name="Body">Its JSON body; null for none.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.fix")]
public sealed record Fix(
    [property: Id(0)] string By,
    [property: Id(1)] BilingualText Action,
    [property: Id(2)] string? Method = null,
    [property: Id(3)] string? Href = null,
    [property: Id(4)] string? Body = null
);
