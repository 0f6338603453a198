namespace Marketplace.Risk;

/// <summary>Texts of findings for the seller, in both languages; the rule's kind is the key in the resource files.</summary>
public static class RiskTexts
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(RiskTexts));

    /// <summary>Why a rule that looks at fields cannot be tried on past calls.</summary>
    public static BilingualText FieldsNotRecorded { get; } = Texts.Get(nameof(FieldsNotRecorded));

    /// <summary>What the plugin does.</summary>
    public static BilingualText Of(RiskFinding finding) =>
        finding.Rule.Kind switch
        {
            RiskKind.OutsidePurpose => Texts.Format(
                nameof(RiskKind.OutsidePurpose),
                ("operation", finding.Operation),
                ("fields", BilingualText.List(finding.Fields))
            ),
            RiskKind.NewVerb => Texts.Format(nameof(RiskKind.NewVerb), ("operation", finding.Operation)),
            _ => Texts.Format(
                nameof(RiskKind.ProductBurst),
                ("changes", finding.Rule.Threshold ?? 0),
                ("seconds", finding.Rule.WindowSeconds ?? 0)
            ),
        };
}
