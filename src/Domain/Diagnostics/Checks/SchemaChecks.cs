using Marketplace.Schemas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the plugin's schema version is still served.</summary>
internal static class SchemaChecks
{
    public static DiagnosisCheck Schema { get; } = new("schema", EvidenceSources.Plugin, ObserveSchema);

    private static Observation ObserveSchema(DiagnosisEvidence evidence)
    {
        var (pinned, schemas) = (evidence.Plugin!.Manifest.Schema, evidence.Schemas);
        var status = schemas.Judge(pinned, evidence.Now);
        var retiresAt = pinned is null ? null : schemas.Find(pinned)?.RetiresAt;
        var facts = Of(("pinned", pinned), ("current", schemas.Current.Version), ("retires_at", Text(retiresAt)));
        var fix = Fixes.By(Fixes.Developer, FixTexts.UpgradeSchema(schemas.Current.Version));
        return Observation.Of(
            facts,
            status switch
            {
                SchemaStatus.Retired => new Finding(
                    FindingCodes.SchemaRetired,
                    FindingForce.StopsSome,
                    CauseTexts.SchemaRetired(pinned),
                    facts,
                    fix
                ),
                SchemaStatus.Behind => new Finding(
                    FindingCodes.SchemaBehind,
                    FindingForce.Threatens,
                    CauseTexts.SchemaBehind(pinned, retiresAt),
                    facts,
                    fix
                ),
                _ => null,
            }
        );
    }
}
