using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Enterprises;

public sealed class SubAccountsPerPlugin(PerPluginCluster cluster) : SubAccountTests(cluster), IClassFixture<PerPluginCluster>
{
    [Fact]
    public async Task Each_plugin_has_its_own_five()
    {
        var licence = await Approved();

        await Parallel(licence, account => EnterpriseCluster.Bind(Shop, account));
        var (bound, _) = await Parallel(licence, account => EnterpriseCluster.Bind(Shop, account, "other"));

        Assert.Equal(5, bound);
    }
}

public sealed class SubAccountsTogether(TotalCluster cluster) : SubAccountTests(cluster), IClassFixture<TotalCluster>
{
    [Fact]
    public async Task All_plugins_share_five()
    {
        var licence = await Approved();

        var (bound, refused) = await Parallel(licence, account => EnterpriseCluster.Bind(Shop, account, $"plugin-{account % 10}"));

        Assert.Equal((5, 95), (bound, refused));
    }
}

/// <summary>R45: the sixth is refused, however many come at once and wherever they come from.</summary>
public abstract class SubAccountTests(EnterpriseCluster cluster)
{
    private const int Attempts = 100;

    private static readonly SellerId[] Shops = [SellerId.Parse("shop-1", null), SellerId.Parse("shop-2", null)];

    protected static SellerId Shop => Shops[0];

    [Fact]
    public async Task Of_100_binds_at_once_through_two_silos_exactly_five_succeed()
    {
        var licence = await Approved();

        var (bound, refused) = await Parallel(licence, account => EnterpriseCluster.Bind(Shop, account));

        Assert.Equal((5, 95), (bound, refused));
        Assert.Equal(5, (await cluster.Facts(GrainKeys.Of(licence))).Count(type => type == "sub-account-bound"));
        Assert.Equal(5, (await cluster.Enterprise(licence).Get(TestContext.Current.CancellationToken))!.State.Accounts.Length);
    }

    [Fact]
    public async Task Two_shops_of_one_enterprise_share_the_five()
    {
        var licence = await Approved();
        await cluster.Done(licence, new EnterpriseCommand.AddShop(Shops[1]));
        await cluster.Done(licence, new EnterpriseCommand.Submit(Shops[1]));
        await cluster.Done(licence, new EnterpriseCommand.ApproveShop(Shops[1]));

        var (bound, refused) = await Parallel(licence, account => EnterpriseCluster.Bind(Shops[account % 2], account));

        Assert.Equal((5, 95), (bound, refused));
    }

    [Fact]
    public async Task The_same_five_bound_again_and_again_stay_five()
    {
        var licence = await Approved();

        var (bound, refused) = await Parallel(licence, account => EnterpriseCluster.Bind(Shop, account % 5));

        Assert.Equal((Attempts, 0), (bound, refused));
        Assert.Equal(5, (await cluster.Facts(GrainKeys.Of(licence))).Count(type => type == "sub-account-bound"));
    }

    [Fact]
    public async Task A_bind_that_found_nothing_to_do_binds_nothing_when_it_is_repeated_after_the_unbinding()
    {
        var licence = await Approved();
        var (bind, by) = (EnterpriseCluster.Bind(Shop, 1), new Initiator(ActorId.Parse("test"), OperationId.Parse($"{licence}-again")));
        var unbind = new EnterpriseCommand.UnbindAccount(Shop, PluginId.Parse("label-printer", null), AccountId.Parse("account-1", null));
        await cluster.Done(licence, bind);
        Assert.Null((await Execute(bind)).Refusal);
        await cluster.Done(licence, unbind);
        var facts = await cluster.Facts(GrainKeys.Of(licence));
        Assert.Equal(["sub-account-bound", "nothing-changed", "sub-account-unbound"], facts.TakeLast(3));

        for (var round = 0; round < 2; round++)
        {
            Assert.Single((await Execute(bind)).Value!.State.Accounts);
            Assert.Equal(QuotaRefusals.KeyReused, (await Execute(unbind)).Refusal?.Code);
            Assert.Empty((await cluster.Enterprise(licence).Get(TestContext.Current.CancellationToken))!.State.Accounts);
            await End(licence);
        }

        Assert.Equal(facts, await cluster.Facts(GrainKeys.Of(licence)));

        Task<Outcome<EnterpriseAnswer>> Execute(EnterpriseCommand command) =>
            cluster.Enterprise(licence).Execute(command, by, TestContext.Current.CancellationToken);
    }

    private async Task End(Licence licence) => await cluster.Enterprise(licence).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    protected async Task<Licence> Approved()
    {
        var licence = EnterpriseCluster.NewLicence();
        await cluster.Approve(licence, Shop);
        return licence;
    }

    protected async Task<(int Bound, int Refused)> Parallel(Licence licence, Func<int, EnterpriseCommand> bind)
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, Attempts).Select(i => cluster.Execute(licence, bind(i), i % cluster.Doors.Count))
        );
        Assert.All(outcomes, outcome =>
            Assert.True(outcome.Refusal?.Code is null or EnterpriseRefusals.SubAccountLimit, outcome.Refusal?.Code)
        );
        return (outcomes.Count(outcome => outcome.Succeeded), outcomes.Count(outcome => !outcome.Succeeded));
    }
}
