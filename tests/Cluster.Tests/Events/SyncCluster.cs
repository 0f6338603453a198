using System.Collections.Concurrent;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Journal;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Events;

/// <summary>
/// Two silos over one embedded store with the product's streams; what the relay tells deliveries is written down instead of carried out.
/// </summary>
internal sealed class SyncCluster : IAsyncDisposable
{
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(10);

    private readonly SharedStore _store = new();
    private readonly ConcurrentDictionary<SellerId, long> _places = new();
    private InProcessTestCluster? _cluster;

    public WakeWitness Wakes { get; } = new();

    public InProcessTestCluster Cluster => _cluster!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="giveUpAfter">When Orleans gives up on a subscriber; null for the product's own.</param>
    public static async Task<SyncCluster> Start(TimeSpan? giveUpAfter = null)
    {
        var made = new SyncCluster();
        await made._store.Start();
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => made.Configure(silo, giveUpAfter ?? Default));
        made._cluster = builder.Build();
        await made._cluster.DeployAsync();
        return made;
    }

    public T Port<T>()
        where T : class => _store.Port<T>();

    public async Task<SellerId> NewSeller(string id, params string[] plugins)
    {
        var seller = SellerId.Parse(id, null);
        foreach (var plugin in plugins)
        {
            await Cluster
                .Client.GetGrain<ISellerGrain>(GrainKeys.Of(seller))
                .AddPlugin(PluginId.Parse(plugin, null), new Initiator(ActorId.Parse("u-1"), OperationId.Parse($"add-{plugin}")), Token);
        }

        return seller;
    }

    /// <summary>Appends events to a seller's feed, in one commit.</summary>
    public async Task Append(SellerId seller, int count = 1)
    {
        var last = _places.AddOrUpdate(seller, count, (_, before) => before + count);
        var events = Enumerable
            .Range((int)last - count + 1, count)
            .Select(seq => new FeedEvent(
                seller,
                seq,
                "urn:erp",
                $"{seller}-{seq}",
                EventTypes.OrderPaid,
                "o-1",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch,
                "{}"u8.ToArray(),
                default
            ))
            .ToArray();
        Assert.Equal(FeedAppendResult.Appended, (await Port<IFeed>().Append(events, Token)).Result);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _store.DisposeAsync();
    }

    private void Configure(ISiloBuilder silo, TimeSpan giveUpAfter)
    {
        _store.Share<IJournal>(silo);
        _store.Share<IJournalTail>(silo);
        _store.Share<IStreamCursors>(silo);
        _store.Share<IDeadLetters>(silo);
        _store.Share<IUsageLedger>(silo);
        _store.ShareSubscriberPorts(silo);
        silo.Services.AddSingleton(new Witness());
        silo.Services.AddInMemoryRegistries();
        silo.Services.AddMarketplaceGrains();
        silo.AddMarketplaceStreams(giveUpAfter);
        silo.AddOutgoingGrainCallFilter(Wakes);
    }
}

/// <summary>Takes the calls that wake deliveries, and fails those that the test says.</summary>
internal sealed class WakeWitness : IOutgoingGrainCallFilter
{
    private readonly ConcurrentQueue<(string Key, long Seq)> _taken = new();
    private int _failed;

    /// <summary>The failure of a call to a key; null if it is taken.</summary>
    public Func<string, Exception?> Fails { get; set; } = _ => null;

    public int Failed => Volatile.Read(ref _failed);

    public IReadOnlyList<long> Of(string installation) =>
        [.. _taken.Where(wake => wake.Key == $"delivery/{installation}").Select(wake => wake.Seq)];

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceName != typeof(IDeliveryGrain).FullName && context.InterfaceMethod.DeclaringType != typeof(IDeliveryGrain))
        {
            return context.Invoke();
        }

        var key = context.TargetId.Key.ToString()!;
        if (Fails(key) is { } failure)
        {
            Interlocked.Increment(ref _failed);
            throw failure;
        }

        _taken.Enqueue((key, (long)context.Request.GetArgument(0)!));
        context.Result = null;
        return Task.CompletedTask;
    }
}
