using System.Globalization;

namespace Marketplace.Risk;

/// <summary>Texts of findings for the seller, in both languages.</summary>
public static class RiskTexts
{
    public static string Zh(RiskFinding finding) =>
        finding.Rule.Kind switch
        {
            RiskKind.OutsidePurpose => $"插件要通过 {finding.Operation} 修改认证用途之外的字段：{string.Join('、', finding.Fields)}。",
            RiskKind.NewVerb => $"插件突然调用了从未使用过的写操作 {finding.Operation}。",
            _ => $"插件在 {Window(finding)} 秒内对商品的修改超过 {Threshold(finding)} 次。",
        };

    public static string En(RiskFinding finding) =>
        finding.Rule.Kind switch
        {
            RiskKind.OutsidePurpose => $"The plugin wants {finding.Operation} to change what its certified purpose does not name: "
                + $"{string.Join(", ", finding.Fields)}.",
            RiskKind.NewVerb => $"The plugin suddenly calls {finding.Operation}, a write it never used.",
            _ => $"The plugin makes more than {Threshold(finding)} changes of products in {Window(finding)} seconds.",
        };

    private static string Window(RiskFinding finding) => (finding.Rule.WindowSeconds ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Threshold(RiskFinding finding) => (finding.Rule.Threshold ?? 0).ToString(CultureInfo.InvariantCulture);
}
