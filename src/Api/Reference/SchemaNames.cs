using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>Names the schemas of the reference: a record's name without what it says about our code. Generated clients name their types so.</summary>
internal static class SchemaNames
{
    private static readonly string[] Suffixes = ["View", "Json", "Document"];

    // Records of different features that would have the same name.
    private static readonly FrozenDictionary<Type, string> Own = new Dictionary<Type, string>
    {
        [typeof(Problems.Problem)] = "Problem",
        [typeof(Risk.DryRunView)] = "RiskDryRun",
        [typeof(Risk.DryRunRequest)] = "RiskDryRunRequest",
        [typeof(Audit.DeadLetterView)] = "AuditDeadLetter",
        [typeof(Audit.DeadLettersView)] = "AuditDeadLetterList",
        [typeof(Conduct.FindingView)] = "PrivateDataFinding",
        [typeof(Conduct.FindingsView)] = "PrivateDataFindings",
        [typeof(Audit.TextView)] = "BilingualText",
        [typeof(Diagnostics.TextView)] = "BilingualText",
        [typeof(Sync.Webhooks.DeliveryView)] = "DeliveryAttempt",
        [typeof(Sync.Webhooks.ReplayList)] = "ReplayList",
        [typeof(Enterprises.DocumentView)] = "EnterpriseDocument",
    }.ToFrozenDictionary();

    public static string? Of(JsonTypeInfo type)
    {
        if (type.Type == typeof(JsonElement))
        {
            // Any JSON: a name of its own would become an empty type in generated clients.
            return null;
        }

        if (Own.TryGetValue(type.Type, out var own))
        {
            return own;
        }

        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        return name is not null && Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length) is { } suffix
            ? name[..^suffix.Length]
            : name;
    }
}
