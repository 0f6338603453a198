using System.Diagnostics;
using Marketplace.Grains.Ports;
using Marketplace.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks.Plugins;

/// <summary>Wires the delivery of events to plugins by push.</summary>
public static class PluginWebhookSetup
{
    private const int MaxHeaderKilobytes = 16;
    private const int MaxDrainedBytes = 64 * 1024;

    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Registers <see cref="IEventSender"/>. The delivery grain spreads attempts over days, so nothing is retried here, except a request on
    /// a connection that the receiver was just closing.
    /// </summary>
    public static IServiceCollection AddPluginWebhooks(this IServiceCollection services)
    {
        services.AddWebhooks();
        services.Replace(ServiceDescriptor.Singleton<IEventSender, PluginWebhookSender>());
        services.AddSingleton<SendPlaces>();
        AddClient(services, PluginWebhookSender.ClientName, options => options.ConnectionLifetime);
        AddClient(services, PluginWebhookSender.FreshClientName, _ => TimeSpan.Zero);
        return services;
    }

    /// <param name="services">The service collection.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="lifetime">How long a connection is reused; zero for one request only.</param>
    private static void AddClient(IServiceCollection services, string name, Func<WebhookOptions, TimeSpan> lifetime) =>
        services
            .AddHttpClient(name, Configure)
            .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider, lifetime))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

    private static void Configure(IServiceProvider provider, HttpClient client)
    {
        // Each message has its own timeout.
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.ParseAdd(provider.GetRequiredService<IOptions<WebhookOptions>>().Value.UserAgent);
    }

    private static SocketsHttpHandler Handler(IServiceProvider provider, Func<WebhookOptions, TimeSpan> lifetime)
    {
        var options = provider.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var guard = provider.GetRequiredService<AddressGuard>();
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
                new KeptConnection(await guard.Connect(context.DnsEndPoint, cancellationToken)),
            PooledConnectionLifetime = lifetime(options),
            PooledConnectionIdleTimeout = options.IdleTime,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = MaxDrainedBytes,
            ResponseDrainTimeout = DrainTime,

            // Do not send our trace ids to plugins.
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        };
    }
}
