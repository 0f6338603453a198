using System.Collections.Concurrent;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Enterprises;
using Marketplace.Cluster.Tests.Installations;
using Marketplace.Cluster.Tests.Journal;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Deliveries;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Events;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Enforcement;

/// <summary>Three silos over one real embedded store, with all streams, the system's clock and a receiver that notes the time.</summary>
public sealed class EnforcementCluster : IAsyncLifetime
{
    private static readonly ActorRole Owner = ActorRole.OfDeveloper(DeveloperRole.Owner);
    private readonly SharedStore _store = new();
    private InProcessTestCluster? _cluster;
    private int _operations;
    private int _calls;

    internal InMemoryLedger Ledger { get; } = new();

    internal ClockedReceiver Receiver { get; } = new();

    internal IGrainFactory Grains => _cluster!.Client;

    internal IReadOnlyList<IQuotaGate> Gates => [.. _cluster!.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IQuotaGate>())];

    internal IEnforcementGrain Register => Grains.GetGrain<IEnforcementGrain>(GrainKeys.Enforcement());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal T Port<T>()
        where T : class => _store.Port<T>();

    public async ValueTask InitializeAsync()
    {
        await _store.Start();
        var sellers = new InMemoryPluginSellers();
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                _store.Share<IJournal>(silo);
                _store.Share<IJournalTail>(silo);
                _store.Share<IStreamCursors>(silo);
                _store.Share<IDeadLetters>(silo);
                _store.ShareSubscriberPorts(silo);
                silo.Services.AddSingleton<IUsageLedger>(Ledger);
                silo.Services.AddSingleton<IEventSender>(Receiver);
                silo.Services.AddSingleton<IWebhookSender>(new ScriptedWebhook());
                silo.Services.AddSingleton(new Witness());
                silo.Services.AddInMemoryRegistries();
                silo.Services.AddSingleton<IPluginSellers>(sellers);
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
        await Ledger.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>A developer with an accepted company and certified plugins.</summary>
    internal async Task<(DeveloperId Developer, IReadOnlyList<PluginId> Plugins)> NewDeveloper(int plugins)
    {
        var developer = DeveloperId.Parse($"d-{Guid.NewGuid():N}", null);
        var grain = Grains.GetGrain<IDeveloperGrain>(GrainKeys.Of(developer));
        var company = new Company(EnterpriseCluster.NewLicence(), "Lamp Works");
        var signUp = new DeveloperCommand.SignUp(company, new DeveloperContacts("a@b.example", null), "2026-01");
        Assert.Null((await grain.Execute(signUp, By("ann", Owner), Token)).Refusal);
        var reviewer = By("eve", ActorRole.Of(ActorRole.EntityReviewerUserName));
        Assert.Null((await grain.Execute(new DeveloperCommand.ApproveCompany(company), reviewer, Token)).Refusal);
        var made = new List<PluginId>();
        for (var number = 0; number < plugins; number++)
        {
            var plugin = PluginId.Parse($"p-{Guid.NewGuid():N}", null);
            var created = await Grains
                .GetGrain<IListingGrain>(GrainKeys.Listing(plugin))
                .Execute(new ListingCommand.Create(developer), By("ann", Owner), Token);
            Assert.Null(created.Refusal);
            var profile = QuotaCluster.ProfileOf(plugin, 1, "orders.read") with
            {
                Region = DataRegion.Parse("cn"),
                Prices = PriceBook.Standard,
            };
            await Grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).Register(profile, By(null, default), Token);
            made.Add(plugin);
        }

        return (developer, made);
    }

    internal async Task<InstallationId> Install(SellerId seller, PluginId plugin)
    {
        var id = new InstallationId(seller, plugin);
        foreach (var command in QuotaCluster.Steps)
        {
            var by = By(null, default).For(command);
            Assert.Null((await Grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Execute(command, by, Token)).Refusal);
        }

        return id;
    }

    internal async Task SetEndpoint(InstallationId id)
    {
        var endpoint = new DeliveryEndpoint(new Uri($"https://plugin.example/{id}"), DeliveryOrdering.PerOrder, 1, 5);
        var secret = new EndpointSecret("k1", "sealed", TimeProvider.System.GetUtcNow(), null);
        var set = await Grains.GetDelivery(id).Execute(new DeliveryCommand.SetEndpoint(endpoint, secret), By(null, default), Token);
        Assert.Null(set.Refusal);
    }

    /// <summary>An event of an order in the seller's feed; the stream wakes the deliveries.</summary>
    internal Task NewEvent(SellerId seller)
    {
        var subject = FormattableString.Invariant($"order-{Interlocked.Increment(ref _operations)}");
        var now = TimeProvider.System.GetUtcNow();
        var @event = new IncomingEvent("urn:test", subject, EventTypes.OrderPaid, subject, now, "{}"u8.ToArray(), default);
        return Grains.GetFeed(seller).Append([@event], Token);
    }

    /// <summary>Makes one call through a silo; null if it was accepted, otherwise the code of its refusal.</summary>
    internal async Task<string?> Call(InstallationId id, int gate)
    {
        var number = (UInt128)Interlocked.Increment(ref _calls);
        var operation = OperationName.Parse("orders.get");
        var intent = new CallIntent(number, operation, "orders.read", true, DataRegion.Parse("cn"), "t", DateTimeOffset.MaxValue, null);
        var reservation = await Gates[gate].Reserve(id, intent, Token);
        if (reservation is Reservation.Refused refused)
        {
            return refused.Refusal.Code;
        }

        await Gates[gate].Settle(id, new CallReport(number, operation, 200, null, "application/json", "{}"u8.ToArray()), Token);
        return null;
    }

    internal Task DeactivateRegister() => Register.Cast<IGrainManagementExtension>().DeactivateOnIdle().AsTask();

    internal static EnforcementGrounds Freeze(DeveloperId developer) =>
        new(
            EnforcementKind.Freeze,
            developer,
            [],
            null,
            "private-data",
            new BilingualText("泄露买家隐私数据。", "It leaked buyers' private data."),
            new BilingualText("请改用其他插件。", "Please use another plugin."),
            "access-2026-12"
        );

    internal async Task<EnforcementAction> Do(EnforcementCommand command, string person)
    {
        var done = await Register.Execute(command, By(person, ActorRole.Of(ActorRole.OperatorUserName)), Token);
        Assert.True(done.Succeeded, done.Refusal?.Reason);
        return done.Value!;
    }

    internal Initiator By(string? person, ActorRole role) =>
        new(
            person is null ? ActorId.Parse("test") : ActorId.OfUser("center", person),
            OperationId.Parse(FormattableString.Invariant($"enforcement-{Interlocked.Increment(ref _operations)}")),
            null,
            role
        );
}

/// <summary>A receiver that accepts everything and notes when.</summary>
internal sealed class ClockedReceiver : IEventSender
{
    public ConcurrentQueue<DateTimeOffset> Accepted { get; } = new();

    public ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken) => new(new MemoryStream());

    public async Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Accepted.Enqueue(TimeProvider.System.GetUtcNow());
        return new SendResult(null, 200, TimeSpan.FromMilliseconds(1), null, null);
    }
}
