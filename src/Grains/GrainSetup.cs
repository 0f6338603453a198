using Marketplace.Diagnostics;
using Marketplace.Events;
using Marketplace.Grains.Billing;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.Diagnostics;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.Events;
using Marketplace.Grains.Evidence;
using Marketplace.Grains.Installations;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Quotas;
using Marketplace.Grains.Risk;
using Marketplace.Grains.Rounds;
using Marketplace.Grains.Schemas;
using Marketplace.Grains.Timing;
using Marketplace.Privacy;
using Marketplace.Quotas;
using Marketplace.Timing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains;

/// <summary>Registers the grains' dependencies other than their ports.</summary>
public static class GrainSetup
{
    /// <summary>Registers the silo's counters, their gate for the call path, calendar and clock.</summary>
    public static IServiceCollection AddMarketplaceGrains(this IServiceCollection services)
    {
        services.TryAddKeyedSingleton(TimeProviderNames.Grains, TimeProvider.System);
        services.TryAddSingleton(_ => MarketCalendar.Shanghai);
        services.AddSingleton<CallCounters>();
        services.AddSingleton<UsageAlertPublisher>();
        services.AddSingleton<QuotaEventPublisher>();
        services.AddSingleton<IValidateOptions<QuotaOptions>, QuotaOptionsValidator>();
        services.AddOptionsWithValidateOnStart<QuotaOptions>().BindConfiguration(QuotaOptions.Section);
        services.AddSingleton<BillReader>();
        services.AddSingleton<IValidateOptions<BillingOptions>, BillingOptionsValidator>();
        services.AddOptionsWithValidateOnStart<BillingOptions>().BindConfiguration(BillingOptions.Section);
        services.AddSingleton<EntitlementReader>();
        services.AddSingleton<RiskRuleCache>();
        services.AddSingleton<RiskService>();
        services.AddSingleton<UsageReadings>();
        services.AddSingleton<IInstallationOverviews, InstallationOverviews>();
        services.AddSingleton<IQuotaGate, QuotaGate>();
        services.AddSingleton<PublishedOrders>();
        services.AddSingleton<IOrderReader, OrderReader>();
        services.AddMarketplaceAudit();
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<LostWakeUps>();
        AddEnterprises(services);
        AddDiagnostics(services);
        AddDeliveries(services);
        AddRounds(services);
        return services;
    }

    /// <summary>Registers each silo's periodic work: due deliveries, deadlines, the availability record.</summary>
    public static IServiceCollection AddMarketplacePolling(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<DeadlineOptions>, DeadlineOptionsValidator>();
        services.AddOptionsWithValidateOnStart<DeadlineOptions>().BindConfiguration(DeadlineOptions.Section);
        return services.AddPoller<AvailabilityPoll>().AddPoller<DeadlinePoll>().AddPoller<DeliveryPoll>();
    }

    private static void AddDeliveries(IServiceCollection services)
    {
        services.TryAddSingleton<IEventSender, NoEventSender>();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsRules>();
        services
            .AddOptionsWithValidateOnStart<DeliveryOptions>()
            .BindConfiguration(DeliveryOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.Region = configuration["Marketplace:Region"] ?? options.Region);
    }

    private static void AddRounds(IServiceCollection services)
    {
        services.TryAddSingleton<IPrivatePartSeal, NoPrivatePartSeal>();
        services.AddSingleton<RoundTraffic>();
        services.AddSingleton<IValidateOptions<RoundOptions>, RoundOptionsValidator>();
        services.AddOptionsWithValidateOnStart<RoundOptions>().BindConfiguration(RoundOptions.Section);
    }

    private static void AddDiagnostics(IServiceCollection services)
    {
        services.AddSingleton<ErrorSink>();
        services.AddSingleton<IErrorSink>(provider => provider.GetRequiredService<ErrorSink>());
        services.AddHostedService(provider => provider.GetRequiredService<ErrorSink>());
        services.AddSingleton<IValidateOptions<SchemaOptions>, SchemaOptionsRules>();
        services.AddOptionsWithValidateOnStart<SchemaOptions>().BindConfiguration(SchemaOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<SchemaOptions>>().Value.Versions);
    }

    private static void AddEnterprises(IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<EnterpriseOptions>, EnterpriseOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<EnterpriseOptions>, EnterpriseOptionsRules>();
        services.AddOptionsWithValidateOnStart<EnterpriseOptions>().BindConfiguration(EnterpriseOptions.Section);
        services.AddSingleton<EnterpriseMetrics>();
        services.AddSingleton<SyncMetrics>();
        services.TryAddSingleton(provider =>
            EnterpriseOptionsRules.ReadCalendar(provider.GetRequiredService<IOptions<EnterpriseOptions>>().Value)
        );
    }
}
