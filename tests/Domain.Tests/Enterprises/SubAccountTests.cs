using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Xunit;
using static Marketplace.Domain.Tests.Enterprises.EnterpriseKit;

namespace Marketplace.Domain.Tests.Enterprises;

public sealed class SubAccountTests
{
    private static readonly PluginId Other = PluginId.Parse("other", null);
    private readonly EnterpriseKit _kit = new EnterpriseKit().Approve(First);

    [Fact]
    public void The_sixth_is_refused_with_the_figures_and_the_form()
    {
        BindFive();

        var decision = EnterpriseRules.Decide(
            _kit.State,
            Bind("account-6"),
            new Ruling(_kit.Now, ActorId.Parse("x"), WorkingDays.Published, _kit.Policy)
        );

        Assert.Equal((EnterpriseRefusals.SubAccountLimit, 5m, 5m), (decision.Refusal!.Code, decision.Refusal.Limit, decision.Refusal.Used));
        Assert.Equal("AE-DOC-2024-008", decision.Refusal.Evidence!["template"]);
    }

    [Fact]
    public void Binding_twice_is_once_and_unbinding_makes_room()
    {
        BindFive();
        Assert.Empty(_kit.Try(Bind("account-5")).Events);

        _kit.Do(new EnterpriseCommand.UnbindAccount(First, Plugin, AccountId.Parse("account-1", null)));
        Assert.Empty(_kit.Try(new EnterpriseCommand.UnbindAccount(First, Plugin, AccountId.Parse("account-1", null))).Events);

        Assert.Null(_kit.Refusal(Bind("account-6")));
    }

    [Fact]
    public void The_enterprise_counts_and_not_the_shop()
    {
        BindFive();
        _kit.Do(new EnterpriseCommand.AddShop(Second))
            .Do(new EnterpriseCommand.Submit(Second))
            .Do(new EnterpriseCommand.ApproveShop(Second));

        Assert.Equal(
            EnterpriseRefusals.SubAccountLimit,
            _kit.Refusal(new EnterpriseCommand.BindAccount(Second, Plugin, AccountId.Parse("account-1", null)))
        );
    }

    [Fact]
    public void Each_plugin_has_its_own_five_unless_the_policy_counts_them_together()
    {
        BindFive();
        _kit.Policy = _kit.Policy with { Total = true };
        Assert.Equal(EnterpriseRefusals.SubAccountLimit, _kit.Refusal(Bind("account-6", Other)));
        Assert.Null(_kit.Refusal(Bind("account-1", Other)));

        _kit.Policy = _kit.Policy with { Total = false };

        Assert.Null(_kit.Refusal(Bind("account-6", Other)));
    }

    [Fact]
    public void A_shop_that_is_not_approved_binds_nothing()
    {
        _kit.Do(new EnterpriseCommand.AddShop(Second));

        Assert.Equal(
            EnterpriseRefusals.EnterpriseNotApproved,
            _kit.Refusal(new EnterpriseCommand.BindAccount(Second, Plugin, AccountId.Parse("account-1", null)))
        );
    }

    [Fact]
    public void An_approved_application_raises_the_cap_until_its_last_day_and_what_is_bound_stays()
    {
        BindFive();
        _kit.Do(new EnterpriseCommand.Apply(First, Plugin, 8, "more"))
            .Do(new EnterpriseCommand.ApproveApplication("1", 7, new DateOnly(2026, 11, 30)));
        _kit.Do(Bind("account-6")).Do(Bind("account-7"));
        Assert.Equal(EnterpriseRefusals.SubAccountLimit, _kit.Refusal(Bind("account-8")));
        Assert.Null(_kit.Refusal(Bind("account-1", Other)));

        // The last day is in, the next is not.
        _kit.Now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.FromHours(8)).AddMilliseconds(-1);
        Assert.Equal(7, _kit.State!.CapAt(Plugin, _kit.Policy, _kit.Now));
        _kit.Now = _kit.Now.AddMilliseconds(1);
        Assert.Equal(5, _kit.State.CapAt(Plugin, _kit.Policy, _kit.Now));
        _kit.Do(new EnterpriseCommand.UnbindAccount(First, Plugin, AccountId.Parse("account-1", null)));

        Assert.Equal(EnterpriseRefusals.SubAccountLimit, _kit.Refusal(Bind("account-8")));
        Assert.Equal(6, _kit.State.BoundFor(Plugin, _kit.Policy));
        Assert.Equal(ApplicationState.Expired, Assert.Single(_kit.State.Applications).State);
    }

    [Fact]
    public void An_application_is_decided_once_and_one_at_a_time_is_open()
    {
        _kit.Do(new EnterpriseCommand.Apply(First, Plugin, 8, "more"));
        Assert.Equal(EnterpriseRefusals.ApplicationOpen, _kit.Refusal(new EnterpriseCommand.Apply(First, Plugin, 9, "more")));
        _kit.Do(new EnterpriseCommand.RejectApplication("1", "no"));

        Assert.Equal(
            EnterpriseRefusals.ApplicationDecided,
            _kit.Refusal(new EnterpriseCommand.ApproveApplication("1", 8, new DateOnly(2026, 12, 31)))
        );
        Assert.Null(_kit.Refusal(new EnterpriseCommand.Apply(First, Plugin, 9, "more")));
        Assert.Equal(EnterpriseRefusals.ApplicationNotFound, _kit.Refusal(new EnterpriseCommand.RejectApplication("3", "no")));
    }

    [Theory]
    [InlineData(5, "2026-12-31")]
    [InlineData(1_001, "2026-12-31")]
    [InlineData(6, "2026-11-22")]
    [InlineData(6, "2029-11-24")]
    public void An_approval_has_bounds(int cap, string until)
    {
        _kit.Do(new EnterpriseCommand.Apply(First, Plugin, 8, "more"));

        var day = DateOnly.Parse(until, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(EnterpriseRefusals.ApplicationInvalid, _kit.Refusal(new EnterpriseCommand.ApproveApplication("1", cap, day)));
    }

    private void BindFive()
    {
        foreach (var i in Enumerable.Range(1, 5))
        {
            _kit.Do(Bind($"account-{i}"));
        }
    }

    private static EnterpriseCommand.BindAccount Bind(string account, PluginId? plugin = null) =>
        new(First, plugin ?? Plugin, AccountId.Parse(account, null));
}
