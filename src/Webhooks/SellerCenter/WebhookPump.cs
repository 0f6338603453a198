using Marketplace.Grains.Ports;
using Marketplace.Grains.Timing;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.SellerCenter;

/// <summary>
/// Wakes the webhook grain of each seller for which something is due. What is owed stands in the store, so it does not matter which process
/// looks, nor that several do.
/// </summary>
internal sealed partial class WebhookPump(
    IGrainFactory grains,
    INotifications notifications,
    IWebhookSender sender,
    IHostApplicationLifetime lifetime,
    IOptions<SellerCenterOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<WebhookPump> logger
) : BackgroundService
{
    // So many sellers at once: a receiver that hangs holds up these, and none for longer than a few attempts.
    private const int AtOnce = 64;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!sender.IsConfigured)
        {
            return;
        }

        await lifetime.Started(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.WebhookPeriod);
        do
        {
            try
            {
                var due = await notifications.ReadDueSellers(time.GetUtcNow(), AtOnce, stoppingToken);
                await Task.WhenAll(due.Select(seller => grains.GetGrain<IWebhookGrain>(GrainKeys.Of(seller)).Deliver(stoppingToken)));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // What is owed is still owed in the next round.
                LogMissed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhooks could not be sent; they are in the next round.")]
    private partial void LogMissed(Exception exception);
}

public static class SellerCenterWebhookSetup
{
    public static void AddSellerCenterWebhook(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<SellerCenterOptions>, SellerCenterOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<SellerCenterOptions>, SellerCenterOptionsRules>();
        services.AddOptionsWithValidateOnStart<SellerCenterOptions>().BindConfiguration(SellerCenterOptions.Section);
        services.Replace(ServiceDescriptor.Singleton<IWebhookSender, SellerCenterWebhook>());
        services.AddHostedService<WebhookPump>();

        // The long pauses between attempts are kept in the store; here only a slip is tried again, and a receiver that is down is left
        // alone.
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
