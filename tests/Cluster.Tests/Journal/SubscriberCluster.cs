using System.Collections.Concurrent;
using Marketplace.Grains;
using Marketplace.Grains.Journal;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>
/// Two silos over one real embedded store, with all subscribers of the product, a clock that only the tests move and a webhook that they
/// script.
/// </summary>
public sealed class SubscriberCluster : IAsyncLifetime
{
    private readonly SharedStore _store = new();
    private InProcessTestCluster? _cluster;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal ScriptedWebhook Webhook { get; } = new();

    internal IGrainFactory Grains => _cluster!.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal T Port<T>()
        where T : class => _store.Port<T>();

    public async ValueTask InitializeAsync()
    {
        await _store.Start();
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                _store.Share<IJournal>(silo);
                _store.Share<IJournalTail>(silo);
                _store.Share<IStreamCursors>(silo);
                _store.Share<IDeadLetters>(silo);
                _store.ShareSubscriberPorts(silo);
                silo.Services.AddSingleton<IUsageLedger>(new InMemoryLedger());
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
                silo.Services.AddSingleton<IWebhookSender>(Webhook);
                silo.Services.AddSingleton(new Witness());
                silo.AddMemoryGrainStorageAsDefault();
                silo.Services.AddInMemoryRegistries();
                _store.Share<ICatalogueIndex>(silo);
                silo.Services.AddMarketplaceGrains();
                silo.AddMarketplaceStreams();
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Appends a fact to an entity's chain.</summary>
    internal async Task<JournalFact> Append(string entity, string type, ReadOnlyMemory<byte> payload, DateTimeOffset? at = null)
    {
        var journal = Port<IJournal>();
        var last = await journal.Read(entity, 0, Token).LastOrDefaultAsync(Token);
        var fact = JournalFact.Following(
            last,
            entity,
            OperationId.Parse($"op-{last?.Version ?? 0}"),
            ActorId.Parse("u-1"),
            at ?? Time.GetUtcNow(),
            type,
            payload,
            "203.0.113.7",
            ActorRole.Of("seller-user:owner")
        );
        Assert.True(await journal.Append([fact], Token));
        return fact;
    }
}

/// <summary>A receiver that does as the test says.</summary>
internal sealed class ScriptedWebhook : IWebhookSender
{
    public bool IsConfigured => true;

    public IReadOnlyList<TimeSpan> Pauses { get; } = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)];

    /// <summary>What arrived, attempts that failed included.</summary>
    public ConcurrentQueue<string> Attempts { get; } = new();

    /// <summary>What was taken.</summary>
    public ConcurrentQueue<string> Accepted { get; } = new();

    /// <summary>True for ids that are refused.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    public async Task Send(WebhookMessage message, CancellationToken cancellationToken)
    {
        Attempts.Enqueue(message.Id);
        await Task.Yield();
        if (Refuses(message.Id))
        {
            throw new AuditFailureException("the receiver answered 503");
        }

        Accepted.Enqueue(message.Id);
    }
}
