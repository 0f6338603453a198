using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>Wires the durable streams into a silo.</summary>
public static class StreamSetup
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    // Far longer than an event may take: what is forgotten as inactive while it is being retried would count as delivered.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1);

    /// <summary>Adds the stream provider over the logs; the ports come from the store.</summary>
    public static ISiloBuilder AddMarketplaceStreams(this ISiloBuilder silo) => silo.AddMarketplaceStreams(GiveUpAfter);

    /// <summary>As the other, for tests that do not wait that long for Orleans to give up on a subscriber.</summary>
    internal static ISiloBuilder AddMarketplaceStreams(this ISiloBuilder silo, TimeSpan giveUpAfter)
    {
        silo.Services.AddSingleton<ILogSource, JournalSource>();
        silo.Services.AddSingleton<ILogSource, FeedSource>();
        silo.Services.AddSingleton<LogQueues>();
        silo.Services.AddSingleton<DeliveryFailures>();
        silo.AddPersistentStreams(Streams.Provider, Create, streams =>
        {
            // Which grain reads which stream stands in the code; there is nothing to look up or to lose.
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePullingAgent(agent =>
                agent.Configure(options =>
                {
                    options.GetQueueMsgsTimerPeriod = Poll;
                    options.MaxEventDeliveryTime = giveUpAfter;
                    options.StreamInactivityPeriod = ForgetAfter;
                })
            );
        });
        return silo;
    }

    private static LogAdapter Create(IServiceProvider services, string name) =>
        new(
            name,
            services.GetRequiredService<LogQueues>(),
            services.GetRequiredService<IStreamCursors>(),
            services.GetRequiredService<DeliveryFailures>(),
            services.GetRequiredService<ILoggerFactory>()
        );
}
