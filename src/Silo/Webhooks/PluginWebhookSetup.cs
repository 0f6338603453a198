using System.Diagnostics;
using Marketplace.Api.Sync.Webhooks;
using Marketplace.Grains.Sync;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;

namespace Marketplace.Silo.Webhooks;

/// <summary>Wires the posting of events to plugins.</summary>
public static class PluginWebhookSetup
{
    private const int MaxHeaderKilobytes = 16;
    private const int MaxDrainedBytes = 64 * 1024;

    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Brings <see cref="IEventSender"/>. Attempts are spread over days by the delivery grain, so here nothing is tried again; each endpoint only has a
    /// share of its own, so that one that hangs costs no other anything.
    /// </summary>
    public static IServiceCollection AddPluginWebhooks(this IServiceCollection services)
    {
        services.AddWebhooks();
        services.Replace(ServiceDescriptor.Singleton<IEventSender, PluginWebhookSender>());
        services.AddHttpClient(PluginWebhookSender.ClientName, Configure)
            .ConfigurePrimaryHttpMessageHandler(Handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .AddResilienceHandler("endpoint", Bulkhead)
            .SelectPipelineByAuthority();
        return services;
    }

    private static void Configure(IServiceProvider provider, HttpClient client)
    {
        // Each message has its own time.
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.ParseAdd(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.UserAgent);
    }

    private static SocketsHttpHandler Handler(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<WebhookOptions>>().Value;
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = provider.GetRequiredService<AddressGuard>().Connect,
            MaxConnectionsPerServer = options.ConnectionsPerEndpoint,
            PooledConnectionLifetime = options.ConnectionLifetime,
            PooledConnectionIdleTimeout = options.IdleTime,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = MaxDrainedBytes,
            ResponseDrainTimeout = DrainTime,

            // Our traces are nobody else's business.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        };
    }

    private static void Bulkhead(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = context.ServiceProvider.GetRequiredService<IOptions<WebhookOptions>>().Value;
        pipeline.AddConcurrencyLimiter(options.ConnectionsPerEndpoint, options.QueuePerEndpoint);
    }
}
