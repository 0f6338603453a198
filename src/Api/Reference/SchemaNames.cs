using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>
/// Names the schemas of the reference: a record's name without code-internal suffixes. Generated clients name their types after it.
/// </summary>
internal static class SchemaNames
{
    private static readonly string[] Suffixes = ["View", "Json", "Document"];

    // Records of different features that would get the same name.
    private static readonly FrozenDictionary<Type, string> Own = new Dictionary<Type, string>
    {
        [typeof(Http.Problems.Problem)] = "Problem",
        [typeof(Api.SellerApi.Risk.DryRunView)] = "RiskDryRun",
        [typeof(Api.SellerApi.Risk.DryRunRequest)] = "RiskDryRunRequest",
        [typeof(PlatformApi.Journal.DeadLetterView)] = "AuditDeadLetter",
        [typeof(PlatformApi.Journal.DeadLettersView)] = "AuditDeadLetterList",
        [typeof(PlatformApi.FindingView)] = "PrivateDataFinding",
        [typeof(PlatformApi.FindingsView)] = "PrivateDataFindings",
        [typeof(PlatformApi.Journal.TextView)] = "BilingualText",
        [typeof(Api.SellerApi.Diagnostics.TextView)] = "BilingualText",
        [typeof(PluginApi.Webhooks.DeliveryView)] = "DeliveryAttempt",
        [typeof(PluginApi.Webhooks.ReplayList)] = "ReplayList",
        [typeof(Api.SellerApi.Enterprises.DocumentView)] = "EnterpriseDocument",
    }.ToFrozenDictionary();

    public static string? Of(JsonTypeInfo type)
    {
        if (type.Type == typeof(JsonElement))
        {
            // Any JSON: a named schema would become an empty type in generated clients.
            return null;
        }

        if (Own.TryGetValue(type.Type, out var own))
        {
            return own;
        }

        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        return
            name is not null
            && Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length)
                is { } suffix
            ? name[..^suffix.Length]
            : name;
    }
}
