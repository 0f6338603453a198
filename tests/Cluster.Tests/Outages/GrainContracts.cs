using System.Reflection;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Clients;
using Marketplace.Deliveries;
using Marketplace.Developers;
using Marketplace.Diagnostics;
using Marketplace.Enforcement;
using Marketplace.Enterprises;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Grains;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Labels;
using Marketplace.Listings;
using Marketplace.Policies;
using Marketplace.Privacy;
using Marketplace.Quotas;
using Marketplace.Reviews;
using Marketplace.Risk;
using Marketplace.Rounds;
using Marketplace.Schemas;
using Marketplace.Sellers;
using Marketplace.Timing;

namespace Marketplace.Cluster.Tests.Outages;

/// <summary>Every call that a grain of the product answers, and a grain of each kind to send it to.</summary>
internal static class GrainContracts
{
    private static readonly Licence AnyLicence = Licence.Parse("91350211M000100Y46", null);

    private static readonly Dictionary<Type, Func<InstallationId, string>> Keys = new()
    {
        [typeof(IQuotaGrain)] = GrainKeys.Quota,
        [typeof(ISellerGrain)] = id => GrainKeys.Of(id.Seller),
        [typeof(IEnterpriseGrain)] = _ => GrainKeys.Of(AnyLicence),
        [typeof(IReviewQueueGrain)] = _ => IReviewQueueGrain.GrainKey,
        [typeof(IDocumentVaultGrain)] = _ => IDocumentVaultGrain.GrainKey,
        [typeof(IPrivacyFindingsGrain)] = id => GrainKeys.Conduct(id.Plugin),
        [typeof(IClientGrain)] = id => GrainKeys.Client($"client-of-{id.Seller}"),
        [typeof(IInstallationGrain)] = GrainKeys.Of,
        [typeof(ISyncRelay)] = id => GrainKeys.Of(id.Seller),
        [typeof(ILabelGrain)] = id => GrainKeys.Label(id.Seller, "label-1"),
        [typeof(ISchemaGrain)] = _ => GrainKeys.Schema(),
        [typeof(IErrorLogGrain)] = GrainKeys.Errors,
        [typeof(IDiagnosisSessionGrain)] = GrainKeys.Sessions,
        [typeof(IDiagnosisOutcomesGrain)] = OutcomeShards.KeyOf,
        [typeof(IDiagnosisGrain)] = GrainKeys.Diagnosis,
        [typeof(IIncidentsGrain)] = _ => IIncidentsGrain.GrainKey,
        [typeof(IClaimGrain)] = id => GrainKeys.Claim(id.Seller, "claim-1"),
        [typeof(IClaimsGrain)] = id => GrainKeys.Claims(id.Seller),
        [typeof(IAvailabilityGrain)] = _ => IAvailabilityGrain.GrainKey,
        [typeof(IEvidenceGrain)] = GrainKeys.Evidence,
        [typeof(IDeadlineGrain)] = id => DeadlineShards.KeyOf(GrainKeys.Of(id)),
        [typeof(IRiskGrain)] = GrainKeys.Risk,
        [typeof(IRiskRulesGrain)] = _ => GrainKeys.RiskRules(),
        [typeof(IUsageAlertsGrain)] = GrainKeys.UsageAlerts,
        [typeof(INotificationSettingsGrain)] = id => GrainKeys.NotificationSettings(id.Seller),
        [typeof(IUsageStatisticsGrain)] = GrainKeys.UsageStatistics,
        [typeof(IBillingGrain)] = id => GrainKeys.Billing(id.Seller),
        [typeof(IStatementGrain)] = id => GrainKeys.Statement(id.Seller, new DateOnly(2026, 11, 1)),
        [typeof(ISubscriptionGrain)] = id => GrainKeys.Subscription(id, "terms"),
        [typeof(IRevenueGrain)] = id => GrainKeys.Revenue(DeveloperId.Parse($"developer-of-{id.Seller}", null)),
        [typeof(IBillGrain)] = id => GrainKeys.Bill(id.Seller, new DateOnly(2026, 11, 1)),
        [typeof(IAuditGrain)] = _ => IAuditGrain.GrainKey,
        [typeof(ITrailGrain)] = id => GrainKeys.Of(id.Seller),
        [typeof(IWebhookGrain)] = id => GrainKeys.Of(id.Seller),
        [typeof(INotificationsGrain)] = id => GrainKeys.Of(id.Seller),
        [typeof(IExportGrain)] = _ => IExportGrain.GrainKey,
        [typeof(ICatalogueGrain)] = _ => GrainKeys.Catalogue(),
        [typeof(ICatalogueProjectionGrain)] = _ => GrainKeys.CatalogueProjection(),
        [typeof(IPluginSellersGrain)] = id => PluginSellerShards.KeyOf(id.Plugin, id.Seller),
        [typeof(IPluginGrain)] = id => GrainKeys.Of(id.Plugin),
        [typeof(IPluginsGrain)] = _ => GrainKeys.Plugins(),
        [typeof(IDeveloperGrain)] = id => GrainKeys.Of(DeveloperId.Parse($"developer-of-{id.Seller}", null)),
        [typeof(IListingGrain)] = id => GrainKeys.Listing(id.Plugin),
        [typeof(IPluginVersionGrain)] = id => GrainKeys.PluginVersion(id.Plugin, new string('0', 64)),
        [typeof(IRoundsGrain)] = id => GrainKeys.Rounds(id.Plugin, new string('0', RoundId.VersionDigits)),
        [typeof(IEnforcementGrain)] = _ => GrainKeys.Enforcement(),
        [typeof(IPolicyGrain)] = _ => GrainKeys.Policy(PolicyNames.PricingPolicy),
        [typeof(IWorkQueueGrain)] = _ => GrainKeys.WorkQueue(WorkQueues.Developers),
        [typeof(IPluginWebhookGrain)] = id => GrainKeys.PluginWebhook(id.Plugin),
    };

    /// <summary>Interfaces of grains, without those that are only the base of others.</summary>
    public static IReadOnlyList<Type> Interfaces { get; } =
    [
        .. new[] { typeof(GrainKeys).Assembly, typeof(GrainSetup).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type.IsInterface && type.IsAssignableTo(typeof(IAddressable)) && type != typeof(ITimed) && type != typeof(IAuditSubscriber)
            ),
    ];

    /// <summary>The calls of an interface, with those it inherits from one of the product's.</summary>
    public static IEnumerable<MethodInfo> Methods(Type contract) =>
        contract
            .GetInterfaces()
            .Append(contract)
            .Where(type => type.Namespace?.StartsWith("Marketplace", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetMethods())
            .Where(method => !method.IsStatic);

    /// <summary>The grain that answers for an installation of a seller.</summary>
    public static IAddressable Grain(IGrainFactory grains, Type contract, InstallationId id) =>
        contract switch
        {
            _ when contract == typeof(IFeedGrain) => grains.GetFeed(id.Seller),
            _ when contract == typeof(IDeliveryGrain) => grains.GetDelivery(id),
            _ => Keys.TryGetValue(contract, out var key)
                ? grains.GetGrain(contract, key(id))
                : throw new InvalidOperationException($"Say which key a grain of {contract.Name} has."),
        };
}
