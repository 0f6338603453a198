using System.Collections.Concurrent;
using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Enterprises;
using Marketplace.Developers;
using Marketplace.Events;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Rounds;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Privacy;
using Marketplace.Quotas;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Rounds;

/// <summary>Rounds on two silos over logs in memory, with endpoints that answer when the test lets them.</summary>
public sealed class RoundsGrainTests : IAsyncLifetime
{
    private static readonly ActorRole Owner = ActorRole.OfDeveloper(DeveloperRole.Owner);
    private static readonly string Hash = new('a', 64);

    private readonly InMemoryJournal _journal = new();
    private readonly InMemoryLedger _ledger = new();
    private readonly InMemoryFeed _feed = new();
    private readonly Endpoints _endpoints = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));
    private readonly DeveloperId _developer = DeveloperId.Parse("lamp-works", null);
    private readonly PluginId _plugin = PluginId.Parse("tag-bee", null);
    private InProcessTestCluster? _cluster;
    private int _operations;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private IRoundsGrain Rounds => Grain<IRoundsGrain>(GrainKeys.Rounds(_plugin, RoundId.VersionOf(Hash)));

    private IListingGrain Listing => Grain<IListingGrain>(GrainKeys.Listing(_plugin));

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, _time);
                silo.Services.AddSingleton<IJournal>(_journal);
                silo.Services.AddSingleton<IUsageLedger>(_ledger);
                silo.Services.AddSingleton<IFeed>(_feed);
                silo.Services.AddSingleton<IDeliveryLog>(new InMemoryDeliveryLog());
                silo.Services.AddSingleton<IEventSender>(_endpoints);
                silo.Services.AddSingleton<IPrivatePartSeal, NoSeal>();
                silo.AddMemoryGrainStorageAsDefault();
                silo.Services.AddInMemoryRegistries();
                silo.Services.AddMarketplaceGrains();
                silo.Services.Configure<RoundOptions>(options =>
                {
                    (options.Orders, options.Duration, options.Grace) = (5, TimeSpan.FromSeconds(1), TimeSpan.Zero);
                });
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        await AddVersion();
    }

    public async ValueTask DisposeAsync()
    {
        _endpoints.Open();
        await _cluster!.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_round_that_ran_to_its_end_is_recorded_in_the_listing_and_counts()
    {
        _endpoints.Open();
        var started = await Start(By());
        Assert.Equal(RoundOutcome.Passed, (await EndOf(1)).Outcome);

        var recorded = Assert.Single((await Listing.Get(Ended))!.Find(Hash)!.Rounds);
        Assert.True(recorded.Passed);
        Assert.Equal(started.Last.Id.ToString(), recorded.Id);
        Assert.Equal(1, (await Listing.Get(Ended))!.Find(Hash)!.IndependentRounds);
        Assert.Equal(started.Last.Requests, _endpoints.Received.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_repeated_start_starts_nothing_and_another_one_waits()
    {
        var by = By();
        var first = await Start(by);
        var second = await Start(by);
        var other = await Rounds.Start(Command(), By(), Ended);

        Assert.Equal(first.Last with { Sent = 0 }, second.Last with { Sent = 0 });
        Assert.Equal(RoundRefusals.RoundRunning, other.Refusal?.Code);
        Assert.Single((await Rounds.Get(Ended))!.All);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_round_whose_silo_dies_is_interrupted_and_never_passes()
    {
        await Start(By());
        await Eventually.Holds(() => !_endpoints.Received.IsEmpty, "the traffic has begun");
        Assert.True(_cluster!.TryGetGrainContext(Rounds.GetGrainId(), out var context));

        await _cluster.KillSiloAsync(_cluster.GetSiloForAddress(context.Address.SiloAddress!)!, Ended);
        _time.Advance(TimeSpan.FromMinutes(1));
        _endpoints.Open();

        var end = await EndOf(1);
        Assert.Equal((RoundOutcome.Interrupted, null), (end.Outcome, end.Result));
        var recorded = Assert.Single((await Listing.Get(Ended))!.Find(Hash)!.Rounds);
        Assert.False(recorded.Passed);
        Assert.Equal(0, (await Listing.Get(Ended))!.Find(Hash)!.IndependentRounds);

        // The next round is another one, after the spacing.
        _time.Advance(RoundPolicy.Published.Spacing);
        Assert.Equal(2, (await Start(By())).Last.Id.Number);
        Assert.Equal(RoundOutcome.Passed, (await EndOf(2)).Outcome);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_plugin_may_call_for_the_rounds_seller_while_it_runs_and_no_longer()
    {
        var round = (await Start(By())).Last;
        var installation = round.Id.Installation(_plugin);
        var quota = Grain<IQuotaGrain>(GrainKeys.Quota(installation));

        var permitted = Assert.IsType<Reservation.Granted>(await quota.Reserve(Intent(1, "orders.read"), Ended));
        Assert.NotNull(permitted);
        var settled = await quota.Settle(new CallReport(1, OperationName.Parse("orders.get"), 200, null, string.Empty, default), Ended);
        Assert.Equal(0m, settled.Call!.Value.Price.Amount);
        var foreign = Assert.IsType<Reservation.Refused>(await quota.Reserve(Intent(2, "products.write"), Ended));
        Assert.Equal(QuotaRefusals.ScopeMissing, foreign.Refusal.Code);
        Assert.NotNull(
            (await Grain<IInstallationGrain>(GrainKeys.Of(installation)).Execute(new InstallationCommand.Enable(), By(), Ended)).Refusal
        );

        _time.Advance(TimeSpan.FromSeconds(1));
        _endpoints.Open();
        await EndOf(1);
        await Eventually.Holds(
            async () => await quota.Reserve(Intent(3, "orders.read"), Ended) is Reservation.Refused,
            "calls are refused after the round"
        );
        Assert.Single(_ledger.RowsOf(installation));
    }

    private static CallIntent Intent(int call, string scope) =>
        new((UInt128)call, OperationName.Parse("orders.get"), scope, true, DataRegion.Parse("cn"), "t", DateTimeOffset.MaxValue, null);

    private async Task<VersionRounds> Start(Initiator by)
    {
        var started = await Rounds.Start(Command(), by, Ended);
        Assert.True(started.Refusal is null, started.Refusal?.Reason);
        return started.Value!;
    }

    private async Task<RoundEnd> EndOf(int round)
    {
        var rounds = await Eventually.Get(
            async () =>
            {
                // The clock of the grains stands still, and a round that takes no time cannot be recorded.
                _time.Advance(TimeSpan.FromMilliseconds(20));
                return await Rounds.Get(Ended);
            },
            rounds => rounds?.Find(round)?.End is not null,
            "the round has ended"
        );
        await Eventually.Holds(
            async () => (await Listing.Get(Ended))!.Find(Hash)!.Rounds.Length >= round,
            "the round is recorded in the listing"
        );
        return rounds!.Find(round)!.End!;
    }

    private StartRound Command() =>
        new(
            _developer,
            Hash,
            null,
            _operations,
            ImmutableSortedDictionary<string, string>.Empty,
            ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("orders.get", ["orders.read"])
        );

    private async Task AddVersion()
    {
        var signUp = new DeveloperCommand.SignUp(
            new Company(EnterpriseCluster.NewLicence(), "Lamp Works"),
            new DeveloperContacts("a@b.example", null),
            "2026-01"
        );
        var developer = Grain<IDeveloperGrain>(GrainKeys.Of(_developer));
        var company = (await developer.Execute(signUp, By(), Ended)).Value!.Check!.Company;
        var reviewer = By() with { Role = ActorRole.Of(ActorRole.EntityReviewerUserName) };
        Assert.Null((await developer.Execute(new DeveloperCommand.ApproveCompany(company), reviewer, Ended)).Refusal);
        var submission = new VersionSubmission(
            Hash,
            "1.0.0",
            PluginCategory.OrderProcessing,
            new GateOutcome("v", "access-2026-12", new DateOnly(2026, 11, 23), 0)
        );
        var profile = new PluginProfile(
            _plugin,
            "标签蜂",
            PluginCategory.OrderProcessing,
            true,
            ["orders.read"],
            new PriceBook(1, [new PriceTier(1_000, 0m), new PriceTier(5_000, 0.02m)]),
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        );
        const string Manifest = """{"endpoints":[{"kind":"webhook","url":"https://plugin.example/hook","region":"cn"}]}""";
        await Grain<IPluginVersionGrain>(GrainKeys.PluginVersion(_plugin, Hash))
            .Store(new VersionDocument(submission, Manifest, "{}", profile, new DateOnly(2026, 11, 23)), By(), Ended);
        Assert.Null((await Listing.Execute(new ListingCommand.Create(_developer), By(), Ended)).Refusal);
        Assert.Null((await Listing.Execute(new ListingCommand.AddVersion(_developer, submission), By(), Ended)).Refusal);
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    private Initiator By() =>
        new(
            ActorId.OfUser("center", "ann"),
            OperationId.Parse(FormattableString.Invariant($"rounds-{Interlocked.Increment(ref _operations)}")),
            null,
            Owner
        );

    private T Grain<T>(string key)
        where T : IGrainWithStringKey => _cluster!.Client.GetGrain<T>(key);

    private sealed class NoSeal : IPrivatePartSeal
    {
        public ValueTask<ReadOnlyMemory<byte>> Seal(SellerId seller, ParsedEvent item, CancellationToken cancellationToken) =>
            new(default(ReadOnlyMemory<byte>));
    }

    /// <summary>Answers well once it is opened.</summary>
    private sealed class Endpoints : IEventSender
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Received { get; } = new();

        public void Open() => _open.TrySetResult();

        public ValueTask<IDisposable> Enter(SendTurn turn, CancellationToken cancellationToken) => new(new MemoryStream());

        public async Task<SendResult> Send(EventMessage message, CancellationToken cancellationToken)
        {
            Received.Enqueue(message.Id);
            await _open.Task.WaitAsync(cancellationToken);
            return new SendResult(null, 200, TimeSpan.FromMilliseconds(5), null, null);
        }
    }
}
