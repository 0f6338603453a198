using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Installations;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Two silos over one journal, feed, ledger and delivery log in memory, and receivers that do as they are told.</summary>
public sealed class DeliveryCluster : IAsyncLifetime
{
    private static readonly string[] Scopes = ["logistics.read", "orders.read"];
    private InProcessTestCluster? _cluster;
    private int _installations;
    private int _operations;

    internal InMemoryJournal Journal { get; } = new();

    internal InMemoryLedger Ledger { get; } = new();

    internal InMemoryFeed Feed { get; } = new();

    internal InMemoryDeliveryLog Log { get; } = new();

    internal Receivers Receivers { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal InProcessTestCluster Cluster => _cluster!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
                silo.Services.AddSingleton<IJournal>(Journal);
                silo.Services.AddSingleton<IUsageLedger>(Ledger);
                silo.Services.AddSingleton<IFeed>(Feed);
                silo.Services.AddSingleton<IDeliveryLog>(Log);
                silo.Services.AddSingleton<IEventSender>(Receivers);
                silo.AddMemoryGrainStorageAsDefault();
                silo.Services.AddInMemoryRegistries();
                silo.Services.AddMarketplaceGrains();

                // Long enough for a receiver in memory on a busy machine.
                silo.Services.Configure<DeliveryOptions>(options => options.MarkAfter = TimeSpan.FromSeconds(1));
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    internal IDeliveryGrain Delivery(InstallationId id) => Cluster.Client.GetGrain<IDeliveryGrain>(GrainKeys.Delivery(id));

    /// <summary>A running installation of a seller of its own.</summary>
    internal async Task<InstallationId> Install(bool push = true, string region = "cn")
    {
        var id = InstallationId.Parse($"seller-{Interlocked.Increment(ref _installations)}/plugin-{_installations}", null);
        var words = new BilingualText("用途", "purpose");
        var manifest = new PluginManifest(
            1,
            [.. Scopes.Select(scope => new ScopeDeclaration(scope, false, words, words))],
            Agreement.Standard,
            null,
            []
        );
        var profile = new PluginProfile(
            id.Plugin,
            "Plugin",
            PluginCategory.Logistics,
            true,
            [.. Scopes],
            PriceBook.Standard,
            BurstLimit.Standard,
            DataRegion.Parse(region)
        )
        {
            Manifest = manifest,
        };
        await Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Register(profile, By(), Token);
        var confirmation = ConsentRules.ConfirmationOf(id, [.. Scopes], Agreement.Standard.Hash);
        InstallationCommand[] steps =
        [
            new InstallationCommand.Enable(),
            new InstallationCommand.Consent(Agreement.Standard.Version, Agreement.Standard.Hash, [.. Scopes], confirmation),
            new InstallationCommand.AcceptEntity("91440300MA5TESTS0X"),
        ];
        foreach (var step in steps)
        {
            Assert.Null((await Execute(id, step)).Refusal);
        }

        if (push)
        {
            await SetEndpoint(id);
        }

        return id;
    }

    internal Task<Outcome<InstallationAnswer>> Execute(InstallationId id, InstallationCommand command) =>
        Cluster.Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Execute(command, By().For(command), Token);

    internal async Task<DeliveryStatus> Execute(InstallationId id, DeliveryCommand command)
    {
        var outcome = await Delivery(id).Execute(command, By(), Token);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    internal Task<DeliveryStatus> SetEndpoint(InstallationId id, DeliveryOrdering ordering = DeliveryOrdering.PerOrder, int batch = 1) =>
        Execute(
            id,
            new DeliveryCommand.SetEndpoint(
                new DeliveryEndpoint(new Uri($"https://plugin.example/{id}"), ordering, batch, 5),
                new EndpointSecret("k1", "sealed", Time.GetUtcNow(), null)
            )
        );

    /// <summary>Appends events of an order to the seller's feed and wakes the plugin's delivery, as the stream does.</summary>
    internal Task Append(InstallationId id, params string[] orders) =>
        Append(id, orders.Select(order => Event(id, EventTypes.OrderPaid, order, "{}"u8.ToArray())));

    /// <summary>As <see cref="Append(InstallationId, string[])"/>, a point of a waybill.</summary>
    internal Task AppendTrack(InstallationId id, string tracking) => Append(id, [Track(id, tracking)]);

    /// <summary>As <see cref="Append(InstallationId, string[])"/>, an event of an order and a point of a waybill.</summary>
    internal Task AppendWithTrack(InstallationId id, string order, string tracking) =>
        Append(id, [Event(id, EventTypes.OrderPaid, order, "{}"u8.ToArray()), Track(id, tracking)]);

    private IncomingEvent Track(InstallationId id, string tracking) =>
        Event(id, EventTypes.TrackUpdated, tracking, EventContents.Encode(new EventContent.TrackUpdated("a", null, "in-transit", null)));

    private IncomingEvent Event(InstallationId id, string type, string subject, ReadOnlyMemory<byte> data) =>
        new("urn:test", $"{id}/{subject}/{Interlocked.Increment(ref _operations)}", type, subject, Time.GetUtcNow(), data, default);

    /// <summary>Appends an event of an order, and wakes nobody: the wake-up went to another activation, which is gone.</summary>
    internal Task AppendUnheard(InstallationId id, string order) =>
        Cluster.Client.GetFeed(id.Seller).Append([Event(id, EventTypes.OrderPaid, order, "{}"u8.ToArray())], Token);

    private async Task Append(InstallationId id, IEnumerable<IncomingEvent> events)
    {
        var appended = await Cluster.Client.GetFeed(id.Seller).Append([.. events], Token);
        await Delivery(id).Wake(appended[^1].Seq);
    }

    internal Initiator By() => new(ActorId.Parse("test"), OperationId.Parse($"operation-{Interlocked.Increment(ref _operations)}"));

    internal Task Deactivate(InstallationId id) => Delivery(id).Cast<IGrainManagementExtension>().DeactivateOnIdle().AsTask();
}

/// <summary>All plugins' receivers: what each took, in order, and how each answers.</summary>
internal sealed class Receivers : IEventSender
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<(long Seq, string Order, string Id)>> _accepted = new(
        StringComparer.Ordinal
    );

    public ConcurrentDictionary<string, Func<EventMessage, string?>> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What an installation's receiver took, repetitions included.</summary>
    public IReadOnlyList<(long Seq, string Order, string Id)> Of(InstallationId id) => [.. _accepted.GetValueOrDefault($"/{id}") ?? []];

    public long[] SeqsOf(InstallationId id) => [.. Of(id).Select(taken => taken.Seq)];

    private readonly ConcurrentDictionary<string, SendGate> _gates = new(StringComparer.Ordinal);

    /// <summary>From now on requests to a path find no place until the gate is opened.</summary>
    public SendGate Close(string path) => _gates[path] = new SendGate();

    public async ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken)
    {
        if (_gates.TryGetValue(turn.Url.AbsolutePath, out var gate))
        {
            await gate.Pass(cancellationToken);
        }

        return new MemoryStream();
    }

    public async Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var error = Answers.GetValueOrDefault(message.Url.AbsolutePath)?.Invoke(message);
        if (error is null or "lost-reply")
        {
            Record(message);
        }

        return new SendResult(error, error is null ? 200 : 500, TimeSpan.FromMilliseconds(1), null, null);
    }

    private void Record(EventMessage message)
    {
        using var document = JsonDocument.Parse(message.Body);
        var all =
            document.RootElement.ValueKind == JsonValueKind.Array
                ? document.RootElement.EnumerateArray().ToArray()
                : [document.RootElement];
        foreach (var one in all)
        {
            _accepted
                .GetOrAdd(message.Url.AbsolutePath, _ => new())
                .Enqueue(
                    (
                        long.Parse(one.GetProperty("sequence").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
                        one.GetProperty("subject").GetString()!,
                        one.GetProperty("id").GetString()!
                    )
                );
        }
    }
}

/// <summary>Keeps requests waiting for a place.</summary>
internal sealed class SendGate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _cancelled;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Requests that were cancelled while they waited.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public void Open() => _open.TrySetResult();

    public async Task Pass(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }
    }
}
