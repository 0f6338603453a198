using Marketplace.Grains.Ports;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.SellerCenter;

/// <summary>Wires the notifications to Seller Center.</summary>
public static class SellerCenterWebhookSetup
{
    public static void AddSellerCenterWebhook(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<SellerCenterOptions>, SellerCenterOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<SellerCenterOptions>, SellerCenterOptionsRules>();
        services.AddOptionsWithValidateOnStart<SellerCenterOptions>().BindConfiguration(SellerCenterOptions.Section);
        services.Replace(ServiceDescriptor.Singleton<IWebhookSender, SellerCenterWebhook>());
        services.AddPoller<WebhookPoll>();

        // The store keeps the long pauses between attempts; here only a transient failure is retried, and a receiver that is down is not.
        services
            .AddHttpClient(SellerCenterWebhook.ClientName)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = false,
                }
            )
            .AddStandardResilienceHandler()
            .Configure(
                (resilience, provider) =>
                {
                    var timeout = provider.GetRequiredService<IOptions<SellerCenterOptions>>().Value.WebhookTimeout;
                    resilience.Retry.MaxRetryAttempts = 1;
                    resilience.Retry.Delay = TimeSpan.FromMilliseconds(100);
                    resilience.AttemptTimeout.Timeout = timeout;
                    resilience.TotalRequestTimeout.Timeout = timeout * 2.5;
                    resilience.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(5);
                }
            );
    }
}
