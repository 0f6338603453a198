using Marketplace.Schemas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the plugin's schema version is still served.</summary>
internal static class SchemaChecks
{
    public static DiagnosisCheck Schema { get; } = new("schema", EvidenceSources.Plugin, LookAtSchema);

    private static Observation LookAtSchema(DiagnosisEvidence evidence)
    {
        var (pinned, schemas) = (evidence.Plugin!.Manifest.Schema, evidence.Schemas);
        var standing = schemas.Judge(pinned, evidence.Now);
        var retiresAt = pinned is null ? null : schemas.Find(pinned)?.RetiresAt;
        var facts = Of(("pinned", pinned), ("current", schemas.Current.Version), ("retires_at", Text(retiresAt)));
        var fix = Fixes.By(
            Fixes.Developer,
            $"开发者升级到数据版本 {schemas.Current.Version}",
            $"The developer moves the plugin to schema {schemas.Current.Version}."
        );
        return Observation.Of(
            facts,
            standing switch
            {
                SchemaStatus.Retired => new Finding(
                    FindingCodes.SchemaRetired,
                    FindingForce.StopsSome,
                    new BilingualText(
                        $"插件使用的数据版本 {pinned} 已停止服务。",
                        $"The plugin was built for schema {pinned}, which is no longer served."
                    ),
                    facts,
                    fix
                ),
                SchemaStatus.Behind => new Finding(
                    FindingCodes.SchemaBehind,
                    FindingForce.Threatens,
                    new BilingualText(
                        $"插件使用的数据版本 {pinned} 将于 {retiresAt:yyyy-MM-dd} 停止服务。",
                        $"The plugin was built for schema {pinned}, which is served until {retiresAt:yyyy-MM-dd}."
                    ),
                    facts,
                    fix
                ),
                _ => null,
            }
        );
    }
}
