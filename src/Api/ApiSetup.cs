using System.Diagnostics;
using Marketplace.Api.Calls;
using Marketplace.Api.Calls.Upstreams;
using Marketplace.Api.CatalogueApi;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Network;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Intake;
using Marketplace.Api.PlatformApi.Journal;
using Marketplace.Api.PlatformApi.Schemas;
using Marketplace.Api.PluginApi;
using Marketplace.Api.PluginApi.Live;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Api.Privacy;
using Marketplace.Api.Reference;
using Marketplace.Api.ReviewApi;
using Marketplace.Api.SellerApi;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Labels;
using Marketplace.Api.SellerApi.Live;
using Marketplace.Api.SellerApi.Orders;
using Marketplace.Api.SellerApi.Quotas;
using Marketplace.Api.SellerApi.Risk;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Marketplace.Schemas;
using Marketplace.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Api;

/// <summary>Wires the HTTP surface. The host decides which parts to serve.</summary>
public static class ApiSetup
{
    private const long MaxRequestBytes = 5 * 1024 * 1024;

    /// <summary>Services of the control plane: identity, problem documents, documentation.</summary>
    public static WebApplicationBuilder AddMarketplaceApi(this WebApplicationBuilder builder, IdentityStore store)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });
        DistributedContextPropagator.Current = new OwnTrace();
        // Never log SQL text at information level, whatever the host's settings say about other categories.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        var services = builder.Services;
        services.AddSingleton(DistributedContextPropagator.Current);
        services.AddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(TimeProviderNames.Grains, TimeProvider.System);
        services.AddSingleton<InstallationAuthority>();
        services.AddSingleton<OperationCatalogue>();
        // A host with counters sets the served versions from its settings.
        services.TryAddSingleton(SchemaVersions.Standard);
        services.AddSingleton<IInstallationDirectory>(provider => provider.GetRequiredService<InstallationAuthority>());
        services.AddSingleton<IPluginStops, PluginStops>();
        services.AddSingleton<ITokenRevocations>(provider => provider.GetRequiredService<InstallationAuthority>());
        services.AddSingleton<ISellerConsents>(provider => provider.GetRequiredService<InstallationAuthority>());
        services.AddSingleton<IClientFacts, JournalledClientFacts>();
        services.AddSingleton<ClientChangeLog>();
        services.AddSingleton<PriceOffers>();
        services.AddSingleton<BillProofService>();
        services.AddSingleton<Today>();
        services.AddSingleton<IProblemWriter, TokenProblemWriter>();
        services.AddMarketplaceIdentity(store, builder.Configuration);
        KnownHosts.ReplaceFilter(services);
        services.AddMarketplaceRedaction();
        services.AddRequestDecompression();
        services.AddPlatformEvents();
        services.AddWebhooks();
        services.AddSingleton<WebhookPace>();
        services.AddEnterpriseDocuments();
        services.AddSingleton<VersionGate>();
        services.AddEvidence();
        services.AddReference();
        services.AddSingleton<HeavyRequests>();
        return builder;
    }

    /// <summary>Services of the quota-checked path; only for a host with counters.</summary>
    public static WebApplicationBuilder AddMarketplaceCalls(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<CallOptions>, CallOptionsValidator>();
        services.AddOptionsWithValidateOnStart<CallOptions>().BindConfiguration(CallOptions.Section);
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<CounterHeaders>();
        services.AddSingleton<CallErrorLog>();
        services.AddSingleton<ReceivedProblems>();
        services.AddSingleton<PrivacyFindingService>();
        services.AddSingleton<CallPath>();
        services.AddLiveEvents();
        return builder.AddUpstreamCalls();
    }

    // Calls have a check of their own, on their path. An endpoint that asks for authorization and comes here without it is not executed.
    private static void UseAccountChecks(IApplicationBuilder app) => app.UseAuthorization().UseMiddleware<SubAccountDoor>();

    /// <summary>Maps the control plane.</summary>
    public static WebApplication UseMarketplaceApi(this WebApplication app)
    {
        app.UseKnownProxies();
        app.UseSecurityHeaders();
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<KnownHosts>();
        app.UseRequestDecompression();
        app.UseMiddleware<RequestDoor>();
        app.UseMarketplaceIdentity();
        app.UseRouting();
        app.UseCookieWriteChecks();
        if (app.Services.GetService<CounterHeaders>() is not null)
        {
            app.UseMiddleware<PluginAnswers>();
        }

        // Otherwise WebApplication would add the authorization middleware for every request, calls included.
        ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseWhen(static context => !PluginAnswers.IsCall(context.GetEndpoint()), UseAccountChecks);
        app.UseQueryParameterCheck();
        var endpoints = app.MapReferenced();
        endpoints.MapMarketplaceIdentity();
        ClientEndpoints.Map(endpoints);
        SessionEndpoints.Map(endpoints);
        endpoints.MapPrices();
        endpoints.MapCatalogue();
        endpoints.MapSellerInstallations();
        endpoints.MapPluginInstallations();
        endpoints.MapPermissions();
        endpoints.MapRisk();
        endpoints.MapSuspensions();
        endpoints.MapOperatorLists();
        endpoints.MapEnterprises();
        endpoints.MapEntityReviews();
        DeveloperEndpoints.Map(endpoints);
        RevenueEndpoints.Map(endpoints);
        PluginEndpoints.Map(endpoints);
        RoundEndpoints.Map(endpoints);
        PluginClientEndpoints.Map(endpoints);
        PolicyEndpoints.Map(endpoints);
        EnforcementEndpoints.Map(endpoints);
        NoticeEndpoints.Map(endpoints);
        AppealEndpoints.Map(endpoints);
        TrackEndpoints.Map(endpoints);
        DeveloperReviewEndpoints.Map(endpoints);
        endpoints.MapBills();
        endpoints.MapAccounts();
        endpoints.MapSubscriptions();
        endpoints.MapDiagnosis();
        endpoints.MapSync();
        endpoints.MapPlatformEvents();
        endpoints.MapMarketplaceKeys();
        endpoints.MapSchemas();
        endpoints.MapLabels();
        endpoints.MapPrivacyFindings();
        endpoints.MapEvidence();
        endpoints.MapExports();
        endpoints.MapTrail();
        endpoints.MapNotificationSettings();
        endpoints.MapUsage();
        endpoints.MapSellerEvents();
        endpoints.MapOverview();
        endpoints.MapSellerOrders();
        endpoints.MapAudit();
        endpoints.MapProblemPage();
        app.MapReference();
        return app;
    }

    /// <summary>Maps the quota-checked path.</summary>
    public static WebApplication UseMarketplaceCalls(this WebApplication app)
    {
        var endpoints = app.MapReferenced();
        endpoints.MapQuota();
        endpoints.MapWebhook();
        endpoints.MapPluginWebhook();
        endpoints.MapReplays();
        endpoints.MapOpenOperations();
        app.MapUpstreamCalls();
        return app;
    }
}
