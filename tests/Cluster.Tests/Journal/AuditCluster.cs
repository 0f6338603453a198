using System.Collections.Concurrent;
using Marketplace.Grains;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Two silos over one journal in memory, with the durable streams and a subscriber that writes down what it gets.</summary>
public sealed class AuditCluster : IAsyncLifetime
{
    private readonly SharedStore _store = new();
    private InProcessTestCluster? _cluster;

    /// <summary>When Orleans gives up on a subscriber; to be set before the cluster starts.</summary>
    internal TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(10);

    internal InMemoryJournal Journal { get; } = new();

    internal InMemoryAudit Audit { get; } = new();

    internal Witness Witness { get; } = new();

    internal InProcessTestCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        await _store.Start();
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddSingleton<IJournal>(Journal);
                silo.Services.AddSingleton<IJournalTail>(Journal);
                silo.Services.AddSingleton<IStreamCursors>(Audit);
                silo.Services.AddSingleton<IDeadLetters>(Audit);
                _store.ShareSubscriberPorts(silo);
                silo.Services.AddSingleton<IUsageLedger>(new InMemoryLedger());
                silo.Services.AddSingleton(Witness);
                silo.Services.AddInMemoryRegistries();
                silo.Services.AddMarketplaceGrains();
                silo.AddMarketplaceStreams(GiveUpAfter);
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>The name of the cursor of the queue that a stream of facts is in.</summary>
    internal string QueueOf(string stream) =>
        LogQueues.NameOf(Cluster.Silos[0].ServiceProvider.GetRequiredService<LogQueues>().QueueOf(Streams.Audit, stream));

    /// <summary>The key of the stream that carries the facts of a seller or an entity.</summary>
    internal string StreamOf(string key) =>
        Cluster.Silos[0].ServiceProvider.GetRequiredService<LogQueues>().StreamOf(Streams.Audit, key).GetKeyAsString();

    /// <summary>Appends facts to an entity's chain.</summary>
    internal async Task<JournalFact> Append(string entity, JournalFact? previous, string type = "noted")
    {
        var fact = JournalFact.Following(
            previous,
            entity,
            OperationId.Parse($"op-{previous?.Version ?? 0}"),
            ActorId.Parse("u-1"),
            DateTimeOffset.UnixEpoch,
            type,
            "{}"u8.ToArray()
        );
        Assert.True(await Journal.Append([fact], TestContext.Current.CancellationToken));
        return fact;
    }
}

/// <summary>What the subscribers of a test got, in the order in which they got it.</summary>
internal sealed class Witness
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<JournalFact>> _seen = new(StringComparer.Ordinal);

    /// <summary>Decides which facts the subscriber cannot handle.</summary>
    public Func<JournalFact, bool> Fails { get; set; } = _ => false;

    /// <summary>Decides for which facts the subscriber finds its store away.</summary>
    public Func<JournalFact, bool> IsAwayFor { get; set; } = _ => false;

    public ConcurrentQueue<JournalFact> Of(string subject) => _seen.GetOrAdd(subject, _ => new ConcurrentQueue<JournalFact>());

    public int Deliveries => _seen.Values.Sum(queue => queue.Count);

    /// <summary>Facts of a seller or an entity in the order of their first delivery.</summary>
    public IReadOnlyList<(string Entity, long Version)> FirstsOf(string subject) =>
        [.. Of(subject).Select(fact => (fact.Entity, fact.Version)).Distinct()];
}

[GrainType("witness")]
[ImplicitStreamSubscription(Streams.Audit)]
internal sealed class WitnessGrain(AuditDelivery delivery, Witness witness) : AuditSubscriber(delivery)
{
    protected override Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        if (witness.IsAwayFor(item.Fact))
        {
            throw new StoreUnavailableException("The witness's store is away.");
        }

        if (witness.Fails(item.Fact))
        {
            throw new InvalidOperationException($"{item.Fact.Actor} must not be in the dead letter.");
        }

        witness.Of(AuditSubject.Of(item.Fact)).Enqueue(item.Fact);
        return Task.CompletedTask;
    }
}
