using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks;

/// <summary>Services shared by setting an endpoint and posting to it.</summary>
public static class WebhookSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsRules>());
        services.AddOptionsWithValidateOnStart<WebhookOptions>().BindConfiguration(WebhookOptions.Section);
        services.TryAddSingleton<NameLookup>(Dns.GetHostAddressesAsync);
        services.TryAddSingleton<AddressGuard>();
        services.TryAddSingleton<WebhookSecrets>();
        services.TryAddSingleton<WebhookSigner>();
        return services;
    }
}
