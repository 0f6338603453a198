using System.Collections.Concurrent;
using System.Text.Json;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Timing;
using Marketplace.TestKit;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Timing;

/// <summary>
/// Silos with entities of the tests' own that time acts upon, a clock that only the tests move and stores that can refuse.
/// </summary>
public sealed class DeadlineCluster : IAsyncLifetime
{
    private readonly InMemoryLedger _ledger = new();
    private readonly ConcurrentDictionary<(string Share, GrainId? Caller), bool> _watches = new();
    private InProcessTestCluster? _cluster;

    /// <summary>How many silos; to be set before the cluster starts.</summary>
    internal int Silos { get; init; } = 1;

    /// <summary>Whether each silo activates the shares, as in the product; otherwise only the tests do.</summary>
    internal bool IsPolled { get; init; }

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal TimedEntities Entities { get; } = new();

    internal EarlierStates Storage { get; } = new();

    internal InMemoryDeadlines Deadlines { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder((short)Silos);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Time);
                silo.Services.AddSingleton<IGrainStorage>(Storage);
                silo.Services.AddSingleton<IJournal>(new InMemoryJournal());
                silo.Services.AddSingleton<IUsageLedger>(_ledger);
                silo.Services.AddSingleton<IDeliveryLog, InMemoryDeliveryLog>();
                silo.Services.AddSingleton<IPluginSellers, InMemoryPluginSellers>();
                silo.Services.AddSingleton<IDeadlines>(Deadlines);
                silo.Services.AddSingleton(Entities);
                silo.Services.AddMarketplaceGrains();
                silo.AddIncomingGrainCallFilter(NoteWatch);
                if (IsPolled)
                {
                    silo.Services.AddPoller<DeadlinePoll>();
                }
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster!.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    /// <summary>Entities of one share that no other test knows.</summary>
    /// <param name="test">Distinguishes them from those of other tests, and its share from theirs.</param>
    /// <param name="count">How many.</param>
    internal static string[] EntitiesOf(string test, int count)
    {
        var share = DeadlineShards.KeyOf(Entity(0));
        return [.. Enumerable.Range(0, int.MaxValue).Select(Entity).Where(entity => DeadlineShards.KeyOf(entity) == share).Take(count)];

        string Entity(int number) => FormattableString.Invariant($"{TimedGrain.Kind}/{test}-{number}");
    }

    /// <summary>Says when the entity next falls due, and has its share ask for it.</summary>
    internal Task Schedule(string entity, DateTimeOffset? due)
    {
        Entities.Due[entity] = due;
        return Share(entity).Refresh(entity);
    }

    /// <summary>What the share does at its deadlines, and each silo every few minutes.</summary>
    /// <returns>How many entities of the share wait for an instant.</returns>
    internal Task<int> Watch(string entity) => Share(entity).Watch(Token);

    /// <summary>How many silos have watched the share.</summary>
    internal int WatchersOf(string entity) => _watches.Keys.Count(watch => watch.Share == DeadlineShards.KeyOf(entity));

    /// <summary>What the silos know of a grain type.</summary>
    internal IReadOnlyDictionary<string, string> PropertiesOf(string type) =>
        _cluster!
            .Silos[0]
            .ServiceProvider.GetRequiredService<IClusterManifestProvider>()
            .LocalGrainManifest.Grains[GrainType.Create(type)]
            .Properties;

    internal T Grain<T>(string key)
        where T : IGrainWithStringKey => _cluster!.Client.GetGrain<T>(key);

    /// <summary>Kills the silo that the share is active in.</summary>
    internal async Task KillSiloOf(string entity)
    {
        Assert.True(_cluster!.TryGetGrainContext(Share(entity).GetGrainId(), out var share));
        await _cluster.KillSiloAsync(_cluster.GetSiloForAddress(share.Address.SiloAddress!)!, Token);
    }

    /// <summary>Ends the share's activation and returns when another one has read what was written.</summary>
    internal async Task Restart(string entity)
    {
        var reads = Deadlines.Reads;
        await Share(entity).Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.Holds(
            async () =>
            {
                await Watch(entity);
                return Deadlines.Reads > reads;
            },
            "another activation of the share"
        );
    }

    private async Task NoteWatch(IIncomingGrainCallContext call)
    {
        await call.Invoke();
        if (call.Grain is DeadlineGrain && call.MethodName == nameof(IDeadlineGrain.Watch))
        {
            _watches[(call.TargetId.Key.ToString()!, call.SourceId)] = true;
        }
    }

    private IDeadlineGrain Share(string entity) => _cluster!.Client.GetGrain<IDeadlineGrain>(DeadlineShards.KeyOf(entity));
}

/// <summary>What the tests' entities answer, and how often they were woken.</summary>
internal sealed class TimedEntities
{
    private readonly ConcurrentDictionary<string, int> _ticks = new(StringComparer.Ordinal);

    /// <summary>When each entity next falls due; null for never.</summary>
    public ConcurrentDictionary<string, DateTimeOffset?> Due { get; } = new(StringComparer.Ordinal);

    /// <summary>Entities whose store is away.</summary>
    public ConcurrentDictionary<string, bool> Away { get; } = new(StringComparer.Ordinal);

    public int TicksOf(string entity) => _ticks.GetValueOrDefault(entity);

    public DateTimeOffset? Tick(string entity)
    {
        _ticks.AddOrUpdate(entity, 1, (_, ticks) => ticks + 1);
        return Away.ContainsKey(entity) ? throw new StoreUnavailableException("The entity's store is away.") : Due[entity];
    }
}

[GrainType(Kind)]
internal sealed class TimedGrain(TimedEntities entities) : Grain, ITimed
{
    public const string Kind = "timed-test";

    public Task<DateTimeOffset?> Tick(CancellationToken cancellationToken) => Task.FromResult(entities.Tick(this.GetPrimaryKeyString()));
}

/// <summary>Grain states as an earlier build left them.</summary>
internal sealed class EarlierStates : IGrainStorage
{
    private readonly ConcurrentDictionary<string, byte[]> _states = new(StringComparer.Ordinal);

    /// <summary>Stores the state of the grain with this key.</summary>
    public void Put<T>(string key, T state) => _states[key] = JsonSerializer.SerializeToUtf8Bytes(state);

    public bool Has(string key) => _states.ContainsKey(key);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _states.TryGetValue(grainId.Key.ToString()!, out var written);
        grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(written)! : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove(grainId.Key.ToString()!, out _);
        (grainState.RecordExists, grainState.State) = (false, Activator.CreateInstance<T>());
        return Task.CompletedTask;
    }
}
