using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Marketplace.Grains.Streaming;

/// <summary>Wires the durable streams into a silo.</summary>
public static class StreamSetup
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    // Each read of a queue looks at all streams that it remembers, so not for long. It also waits for streams that it registers, whose
    // subscribers may be on a silo that has just died, so long enough for sellers that are at work. A stream with a delivery under way is
    // not forgotten.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    /// <summary>Adds the stream provider over the logs; the store provides the ports.</summary>
    public static ISiloBuilder AddMarketplaceStreams(this ISiloBuilder silo) => silo.AddMarketplaceStreams(GiveUpAfter);

    /// <summary>Like the other overload, for tests that cannot wait that long for Orleans to give up on a subscriber.</summary>
    internal static ISiloBuilder AddMarketplaceStreams(this ISiloBuilder silo, TimeSpan giveUpAfter)
    {
        silo.Services.AddSingleton<ILogSource, JournalSource>();
        silo.Services.AddSingleton<ILogSource, FeedSource>();
        silo.Services.AddSingleton<LogQueues>();
        silo.Services.AddSingleton<DeliveryFailures>();
        silo.AddPersistentStreams(Streams.Provider, Create, streams =>
        {
            // Subscriptions are implicit in code, so there is no registry to read or lose.
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
            services.GetRequiredService<ILoggerFactory>(),
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping
        );
}
