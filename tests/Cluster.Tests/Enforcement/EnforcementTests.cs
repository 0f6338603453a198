using System.Collections.Concurrent;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Enforcement;

/// <summary>What a freeze does while calls and deliveries are under way (R24).</summary>
public sealed class EnforcementTests(EnforcementCluster cluster) : IClassFixture<EnforcementCluster>
{
    private const int Sellers = 100;
    private const int PluginsOfOne = 3;
    private const int Callers = 4;
    private const int WithEndpoint = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_freeze_stops_calls_and_deliveries_of_300_installations_within_a_second_and_leaves_nothing_behind()
    {
        var (developer, plugins) = await cluster.NewDeveloper(PluginsOfOne);
        var sellers = Enumerable.Range(0, Sellers).Select(number => SellerId.Parse($"freeze-{number}", null)).ToArray();
        var installed = await Task.WhenAll(sellers.SelectMany(seller => plugins.Select(plugin => cluster.Install(seller, plugin))));
        await Task.WhenAll(installed.Take(WithEndpoint).Select(cluster.SetEndpoint));
        var before = await Profiles(plugins);
        using var load = new Load(cluster, installed, sellers[..WithEndpoint]);
        await Eventually.Holds(
            () => load.Granted.Count > 2 * installed.Length && cluster.Receiver.Accepted.Count > WithEndpoint,
            "calls and deliveries are under way"
        );
        var proposed = await cluster.Do(new EnforcementCommand.Decide(EnforcementCluster.Freeze(developer)), "ann");

        var frozen = await cluster.Do(new EnforcementCommand.Confirm(proposed.Number, []), "bob");

        await Eventually.Holds(
            () => installed.All(id => load.Refused.TryGetValue(id, out var code) && code == "developer-frozen"),
            "each installation is refused"
        );
        await Task.Delay(Limit, Token);
        var rows = RowsOf(installed);
        await Task.Delay(Limit, Token);
        await load.Stop();
        var (decided, lastCall, lastDelivery) = (frozen.InForceAt!.Value, load.Granted.Max(), cluster.Receiver.Accepted.Max());
        TestContext.Current.SendDiagnosticMessage(
            $"last call after {(lastCall - decided).TotalMilliseconds:0} ms, "
                + $"last delivery after {(lastDelivery - decided).TotalMilliseconds:0} ms"
        );
        Assert.True(lastCall - decided <= Limit, $"a call was accepted {(lastCall - decided).TotalMilliseconds:0} ms after the decision");
        Assert.True(lastDelivery - decided <= Limit, $"an event went out {(lastDelivery - decided).TotalMilliseconds:0} ms after it");
        Assert.Equal(rows, RowsOf(installed));
        Assert.Equal(DeveloperStanding.Frozen, (await Developer(developer).Get(Token))!.Standing);

        await cluster.Do(new EnforcementCommand.Lift(proposed.Number, "Corrected."), "ann");

        Assert.Equal(before, await Profiles(plugins));
        Assert.Equal((DeveloperStanding.Active, null), StandingOf(await Developer(developer).Get(Token)));
        foreach (var id in installed)
        {
            await Eventually.Holds(async () => await cluster.Call(id, 1) is null, $"calls of {id} pass again");
        }

        var (delivered, seller) = (cluster.Receiver.Accepted.Count, sellers[0]);
        await cluster.NewEvent(seller);
        await Eventually.Holds(() => cluster.Receiver.Accepted.Count > delivered, "deliveries go out again");
    }

    [Fact]
    public async Task A_freeze_that_ended_between_two_plugins_is_completed_from_its_facts()
    {
        var (developer, plugins) = await cluster.NewDeveloper(4);
        var proposed = await cluster.Do(new EnforcementCommand.Decide(EnforcementCluster.Freeze(developer)), "ann");
        await cluster.DeactivateRegister();
        const string Notice = "MP-20991231-1";
        await Plugin(plugins[0])
            .Block(
                new PluginBlocked(Notice, PluginBlockKind.DeveloperFrozen, null, "一", "1"),
                cluster.By(null, ActorRole.Platform),
                Token
            );

        // As a process that ended right after the first plugin leaves the journal.
        await AppendToRegister(
            new EnforcementEvent.Applied(proposed.Number, Notice, [.. plugins.Select(static plugin => plugin.Value)], "center:bob")
        );

        await Eventually.Holds(
            async () => (await Profiles(plugins)).All(profile => profile.EndsWith(Notice, StringComparison.Ordinal)),
            "all plugins are stopped"
        );
        await Eventually.Holds(
            async () => (await cluster.Register.List(Token))[proposed.Number - 1].IsCarriedOut,
            "the register has it complete"
        );
        Assert.Equal(DeveloperStanding.Frozen, (await Developer(developer).Get(Token))!.Standing);
        await cluster.Do(new EnforcementCommand.Lift(proposed.Number, "Test."), "ann");
        Assert.All(await Profiles(plugins), profile => Assert.EndsWith("|", profile, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repeated_decision_is_made_once()
    {
        var (developer, plugins) = await cluster.NewDeveloper(1);
        var grounds = EnforcementCluster.Freeze(developer) with
        {
            Kind = EnforcementKind.Delisting,
            Developer = null,
            Plugins = [plugins[0]],
        };
        var by = cluster.By("ann", ActorRole.Of(ActorRole.OperatorUserName));

        var first = await cluster.Register.Execute(new EnforcementCommand.Decide(grounds), by, Token);
        var second = await cluster.Register.Execute(new EnforcementCommand.Decide(grounds), by, Token);

        Assert.Equal(first.Value!.Notice, second.Value!.Notice);
        Assert.Equal(developer, first.Value.Grounds.Developer);
        Assert.Single((await Plugin(plugins[0]).Get(Token))!.Blocks);
        await cluster.Do(new EnforcementCommand.Lift(first.Value.Number, "Test."), "ann");
    }

    private async Task AppendToRegister(EnforcementEvent @event)
    {
        var journal = cluster.Port<IJournal>();
        var last = await journal.Read(GrainKeys.Enforcement(), 0, Token).LastAsync(Token);
        var fact = JournalFact.Following(
            last,
            GrainKeys.Enforcement(),
            OperationId.Parse("interrupted"),
            ActorId.Parse("center:bob"),
            TimeProvider.System.GetUtcNow(),
            @event.Type,
            @event.Encode()
        );
        Assert.True(await journal.Append([fact], Token));
    }

    private static (DeveloperStanding, string?) StandingOf(Developer? developer) => (developer!.Standing, developer.StandingReason);

    private int RowsOf(IEnumerable<InstallationId> installed) => installed.Sum(id => cluster.Ledger.RowsOf(id).Count);

    /// <summary>What each plugin is registered as, and the notices that stop it.</summary>
    private async Task<string[]> Profiles(IEnumerable<PluginId> plugins)
    {
        var profiles = await Task.WhenAll(plugins.Select(plugin => Plugin(plugin).Get(Token)));
        return
        [
            .. profiles.Select(static profile =>
                Convert.ToHexString(profile!.Encode().Span) + "|" + string.Join(' ', profile.Blocks.Select(static block => block.Notice))
            ),
        ];
    }

    private IPluginGrain Plugin(PluginId plugin) => cluster.Grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));

    private IDeveloperGrain Developer(DeveloperId developer) => cluster.Grains.GetGrain<IDeveloperGrain>(GrainKeys.Of(developer));

    /// <summary>Calls through all silos and events in the feeds, without pause, until it is stopped.</summary>
    private sealed class Load : IDisposable
    {
        private readonly CancellationTokenSource _ends = new();
        private readonly Task _work;

        public Load(EnforcementCluster cluster, InstallationId[] installed, SellerId[] sellers)
        {
            var callers = Enumerable.Range(0, Callers).Select(caller => Calls(cluster, installed, caller));
            _work = Task.WhenAll([.. callers, Events(cluster, sellers)]);
        }

        public ConcurrentQueue<DateTimeOffset> Granted { get; } = new();

        public ConcurrentDictionary<InstallationId, string> Refused { get; } = new();

        public Task Stop()
        {
            _ends.Cancel();
            return _work;
        }

        public void Dispose() => _ends.Dispose();

        private async Task Calls(EnforcementCluster cluster, InstallationId[] installed, int caller)
        {
            for (var call = caller; !_ends.IsCancellationRequested; call += Callers)
            {
                var id = installed[call % installed.Length];
                if (await cluster.Call(id, call % cluster.Gates.Count) is { } code)
                {
                    Refused[id] = code;
                }
                else
                {
                    Granted.Enqueue(TimeProvider.System.GetUtcNow());
                }

                await Task.Delay(1, Token);
            }
        }

        private async Task Events(EnforcementCluster cluster, SellerId[] sellers)
        {
            for (var number = 0; !_ends.IsCancellationRequested; number++)
            {
                await cluster.NewEvent(sellers[number % sellers.Length]);
                await Task.Delay(20, Token);
            }
        }
    }
}
