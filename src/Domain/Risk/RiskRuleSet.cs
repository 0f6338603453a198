using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Risk;

/// <summary>The risk rules in force.</summary>
/// <param name="Version">Number of facts; 0 while the standard rules apply.</param>
/// <param name="Rules">The rules; the first one that holds a call names the hold.</param>
[GenerateSerializer, Immutable, Alias("mp.risk.rules")]
public sealed record RiskRuleSet([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<RiskRule> Rules) : IJournalEvent
{
    /// <summary>The journal type of the fact that sets the rules.</summary>
    public const string FactType = "risk-rules-set";

    string IJournalEvent.Type => FactType;

    /// <summary>Maximum number of rules.</summary>
    public const int MaxRules = 50;

    /// <summary>The default rules, until an operator sets others.</summary>
    public static RiskRuleSet Standard { get; } =
        new(
            0,
            [
                new RiskRule("outside-purpose", RiskKind.OutsidePurpose, RiskMode.Enforce, 30, 30, 30 * 24),
                new RiskRule("new-verb", RiskKind.NewVerb, RiskMode.Enforce, 20, 30, 90 * 24) { BaselineDays = 7, BaselineCalls = 200 },
                new RiskRule("product-burst", RiskKind.ProductBurst, RiskMode.Enforce, 25, 30, 24)
                {
                    Scope = "products.write",
                    WindowSeconds = 600,
                    Threshold = 200,
                },
            ]
        );

    /// <summary>The rules as JSON for the journal and the operators' endpoint.</summary>
    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(Rules, RiskRuleJson.Default.ImmutableArrayRiskRule);

    /// <summary>The content of the command as one value: a repeated operation id must set the same rules.</summary>
    public string Fingerprint => CommandFingerprint.Of("risk-rules", Encoding.UTF8.GetString(Encode().Span));

    /// <summary>Why the rules are invalid; null if they are valid.</summary>
    public static Refusal? Check(ImmutableArray<RiskRule> rules)
    {
        if (rules.IsDefault || rules.Length > MaxRules || rules.Contains(null!))
        {
            return RiskRefusals.RulesInvalid($"rules must be an array of at most {MaxRules} rules.");
        }

        return rules.DistinctBy(rule => rule.Id).Count() < rules.Length ? RiskRefusals.RulesInvalid("Two rules have the same id.")
            : rules.Select(rule => rule.Wrong()).FirstOrDefault(wrong => wrong is not null) is { } wrong ? RiskRefusals.RulesInvalid(wrong)
            : null;
    }

    /// <exception cref="FormatException">The fact contains no rules.</exception>
    public static RiskRuleSet Decode(long version, ReadOnlyMemory<byte> payload)
    {
        var rules = JsonSerializer.Deserialize(payload.Span, RiskRuleJson.Default.ImmutableArrayRiskRule);
        return rules.IsDefault ? throw new FormatException("A fact of the risk rules is empty.") : new RiskRuleSet(version, rules);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ImmutableArray<RiskRule>))]
internal sealed partial class RiskRuleJson : JsonSerializerContext;
