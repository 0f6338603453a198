using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Risk;

/// <summary>The pattern a rule detects in a plugin's writes (R70).</summary>
[JsonConverter(typeof(KebabEnum<RiskKind>))]
public enum RiskKind
{
    /// <summary>A write touches a field not covered by the plugin's certified purpose.</summary>
    OutsidePurpose,

    /// <summary>An established plugin calls a write operation it has never used.</summary>
    NewVerb,

    /// <summary>More product changes within a window than a shop makes by itself.</summary>
    ProductBurst,
}

/// <summary>The action of a matching rule.</summary>
[JsonConverter(typeof(KebabEnum<RiskMode>))]
public enum RiskMode
{
    /// <summary>The call is held for the seller's confirmation.</summary>
    Enforce,

    /// <summary>The call passes and a fact is recorded, at most one a day per rule and operation.</summary>
    Observe,

    /// <summary>The rule is not evaluated, and its earlier holds no longer apply.</summary>
    Off,
}

/// <summary>One rule, as data.</summary>
/// <param name="Id">1–40 characters of <c>a–z 0–9 -</c>; holds and clearances refer to it.</param>
/// <param name="Kind">What it detects.</param>
/// <param name="Mode">What it does on a match.</param>
/// <param name="Weight">Contribution of a hold to the installation's score; 0–100.</param>
/// <param name="HalfLifeDays">Days after which a hold counts half; 1–365.</param>
/// <param name="ClearanceHours">How long a confirmation clears the operation; 1–8,760.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.rule")]
public sealed record RiskRule(
    [property: Id(0), JsonRequired] string Id,
    [property: Id(1), JsonRequired] RiskKind Kind,
    [property: Id(2), JsonRequired] RiskMode Mode,
    [property: Id(3), JsonRequired] decimal Weight,
    [property: Id(4), JsonRequired] int HalfLifeDays,
    [property: Id(5), JsonRequired] int ClearanceHours
)
{
    /// <summary>Product burst: the scope of writes that change products.</summary>
    [Id(6)]
    public string? Scope { get; init; }

    /// <summary>Product burst: the window's length; 1–86,400 seconds.</summary>
    [Id(7)]
    public int? WindowSeconds { get; init; }

    /// <summary>Product burst: changes allowed within the window; 1–10,000. The next one is held.</summary>
    [Id(8)]
    public int? Threshold { get; init; }

    /// <summary>New verb: days with calls, of the last 35, that make a plugin established; 1–35.</summary>
    [Id(9)]
    public int? BaselineDays { get; init; }

    /// <summary>New verb: calls in those days that make it established; 1–1,000,000.</summary>
    [Id(10)]
    public int? BaselineCalls { get; init; }

    /// <summary>The defect of the rule, as a sentence; null if it is valid.</summary>
    public string? Wrong()
    {
        if (Id is not { Length: > 0 and <= 40 } || !Id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
        {
            return "A rule's id must be 1–40 characters of a–z 0–9 -.";
        }

        var common = In("weight", Weight, 0, 100)
            ?? In("half_life_days", HalfLifeDays, 1, 365)
            ?? In("clearance_hours", ClearanceHours, 1, 8_760);
        return common
            ?? (
                Kind switch
                {
                    RiskKind.OutsidePurpose => null,
                    RiskKind.NewVerb => In("baseline_days", BaselineDays, 1, 35) ?? In("baseline_calls", BaselineCalls, 1, 1_000_000),
                    RiskKind.ProductBurst => In("window_seconds", WindowSeconds, 1, 86_400)
                        ?? In("threshold", Threshold, 1, 10_000)
                        ?? (Scope is { Length: > 0 and <= 64 } ? null : $"Rule {Id}: scope must be 1–64 characters."),
                    _ => $"Rule {Id}: there is no such kind.",
                }
            );
    }

    private string? In(string name, decimal? value, decimal from, decimal to) =>
        value >= from && value <= to ? null : FormattableString.Invariant($"Rule {Id}: {name} must be {from}–{to}.");
}

/// <summary>Writes enum names as <c>kebab-case</c> and reads nothing else.</summary>
public sealed class KebabEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
