using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Demo;
using Marketplace.Api.PlatformApi.Schemas;
using Marketplace.Api.PluginApi;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Api.SellerApi;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Installations.Demo;
using Marketplace.Api.SellerApi.Orders;
using Marketplace.Api.SellerApi.Quotas;
using Marketplace.Api.SellerApi.Risk;
using Marketplace.Identity.Browser;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Marketplace.Api.Reference;

/// <summary>Publishes the reference: the OpenAPI 3.1 document and its pages at <c>/docs</c>.</summary>
internal static class ReferenceSetup
{
    private const string Title = "Plugin marketplace API";

    public static void AddReference(this IServiceCollection services)
    {
        // The document's schemas are generated with these options, so they must name members as the answers do.
        services.ConfigureHttpJsonOptions(options => Describe(options.SerializerOptions));
        services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddSchemaTransformer<ReferenceSchemas>();
            options.AddOperationTransformer<OperationDocuments>();
            options.AddOperationTransformer<ReferenceOperations>();
            options.AddDocumentTransformer<ReferenceDocument>();
        });
    }

    public static void MapReference(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi().TakesAnyQuery();
        endpoints
            .MapScalarApiReference("/docs", reference =>
                reference
                    .WithTitle(Title)
                    .AddPreferredSecuritySchemes(ReferenceDocument.Scheme)
                    .DisableDefaultFonts()
                    .DisableTelemetry()
                    .DisableAgent()
                    .DisableMcp()
                    .HideDeveloperTools()
                    .HideClientButton()
            )
            .TakesAnyQuery();
    }

    private static void Describe(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        JsonSerializerContext[] contexts =
        [
            PluginJson.Default,
            EventJson.Default,
            WebhookJson.Default,
            QuotaJson.Default,
            ProblemJson.Default,
            PlatformJson.Default,
            SyncJson.Default,
            SellerApiJson.Default,
            OverviewJson.Default,
            UsageJson.Default,
            SellerOrderJson.Default,
            OperatorListJson.Default,
            PluginInstallationJson.Default,
            ConsentJson.Default,
            RiskApiJson.Default,
            DiagnosisJson.Default,
            DiagnosisInputJson.Default,
            ClaimApiJson.Default,
            BillJson.Default,
            BillRequestJson.Default,
            SubscriptionApiJson.Default,
            RevenueJson.Default,
            NotificationSettingsJson.Default,
            EnterpriseApiJson.Default,
            SchemaApiJson.Default,
            DemoInstallationsJson.Default,
            DemoIssuerJson.Default,
            DocumentedJson.Default,
        ];
        foreach (var context in contexts.Reverse())
        {
            options.TypeInfoResolverChain.Insert(0, context);
        }
    }
}
