using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Grains.Journal;

/// <summary>Registers the dependencies of the audit streams' subscribers other than their ports.</summary>
internal static class AuditSetup
{
    public static IServiceCollection AddMarketplaceAudit(this IServiceCollection services)
    {
        services.TryAddSingleton<IWebhookSender, NoWebhook>();
        services.AddSingleton<ISellerEvents, SellerEvents>();
        return services.AddSingleton<AuditDelivery>();
    }
}
