using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Risk;

public sealed class RiskEvaluatorTests
{
    [Fact]
    public void A_write_outside_the_certified_purpose_is_held_and_one_inside_passes()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        Assert.Null(kit.PatchFields("title"));
        Assert.Null(kit.PatchFields("attributes", "title"));
        Assert.Equal("h1", kit.PatchFields("price", "title"));
        Assert.Equal(["price"], kit.Last.Finding.Fields);
        Assert.Equal("price", kit.Last.Finding.Evidence["fields"]);
        Assert.Null(kit.PatchFields("title"));
    }

    [Theory]
    [InlineData("title", false)]
    [InlineData("title.zh", false)]
    [InlineData("titles", true)]
    [InlineData("attributes", true)]
    [InlineData("attributes.title_de", false)]
    [InlineData("attributes.main_image", true)]
    [InlineData("attributes.$unknown", true)]
    [InlineData("?title", true)]
    [InlineData("$body", true)]
    public void A_purpose_names_a_path_with_all_below_it_or_a_family_of_names(string path, bool held)
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.Purposes = kit.Purposes.SetItem(RiskKit.Products, ["attributes.title_*", "title"]);
        Assert.Equal(held ? "h1" : null, kit.PatchFields(path));
    }

    [Fact]
    public void A_hold_lists_few_paths_however_many_were_set_and_is_cleared_for_them()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        string[] many = [.. Enumerable.Range(0, 500).Select(i => $"field-{i:000}")];
        Assert.Equal("h1", kit.PatchFields(many));
        Assert.Equal(["$more", .. many.Take(31)], kit.Last.Finding.Fields);
        kit.Confirm("h1");
        Assert.Null(kit.PatchFields(many));
        Assert.Equal("h2", kit.PatchFields("field-031"));
    }

    [Fact]
    public void A_scope_without_a_declared_purpose_may_touch_everything()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        Assert.Null(kit.Try("orders.flag", "orders.flag", ["kind", "note"]));
        kit.Purposes = kit.Purposes.Clear();
        Assert.Null(kit.PatchFields("price", "category"));
    }

    [Fact]
    public void Repeated_attempts_refer_to_the_one_open_hold_which_names_all_that_was_tried()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("h1", kit.PatchFields("price")));
        Assert.Equal(1, kit.Facts);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("h1", kit.PatchFields("category")));
        Assert.Equal(2, kit.Facts);
        Assert.Equal(["category", "price"], kit.Last.Finding.Fields);
        Assert.Equal("category price", kit.Last.Finding.Evidence["fields"]);

        Assert.Null(kit.Confirm("h1"));
        Assert.Null(kit.PatchFields("category", "price"));
    }

    [Fact]
    public void A_hold_lists_so_many_fields_and_tells_that_there_are_more()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        Assert.All(Enumerable.Range(0, 2 * PurposeFields.MaxListed), number => Assert.Equal("h1", kit.PatchFields($"field_{number}")));

        Assert.Equal(PurposeFields.MaxListed, kit.Last.Finding.Fields.Length);
        Assert.Contains(PurposeFields.More, kit.Last.Finding.Fields);
        Assert.InRange(kit.Facts, 2, PurposeFields.MaxListed + 1);
    }

    [Fact]
    public void A_confirmation_lets_what_was_confirmed_pass_until_its_term_and_nothing_else()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.PatchFields("price");
        Assert.Null(kit.Confirm("h1"));
        Assert.Null(kit.PatchFields("price", "title"));
        Assert.Equal("h2", kit.PatchFields("category", "price"));
        Assert.Equal(["category", "price"], kit.Last.Finding.Fields);

        kit.Now = RiskKit.Noon.AddHours(24).AddTicks(-1);
        Assert.Null(kit.PatchFields("price"));
        kit.Now = RiskKit.Noon.AddHours(24);
        Assert.Equal("h2", kit.PatchFields("price"));
    }

    [Fact]
    public void A_rejection_keeps_it_shut_and_its_reversal_has_it_judged_afresh()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.PatchFields("price");
        Assert.Null(kit.Reject("h1"));
        Assert.Equal("h1", kit.PatchFields("price"));
        kit.Now = RiskKit.Noon.AddDays(300);
        Assert.Equal("h1", kit.PatchFields("price"));
        Assert.Null(kit.Reverse("h1"));
        Assert.Equal("h2", kit.PatchFields("price"));
    }

    [Fact]
    public void Whoever_is_not_the_owner_takes_a_confirmation_back_but_no_rejection()
    {
        var (kit, staff) = (new RiskKit(null, RiskKit.Purpose), ActorRole.OfUser(SellerRole.Staff));
        kit.PatchFields("price");
        kit.Reject("h1");
        Assert.Equal("role-not-allowed", kit.Does(new RiskCommand.Reverse("h1", ActorId.Parse("staff"), null), staff)?.Code);
        Assert.Equal("h1", kit.PatchFields("price"));
        kit.Reverse("h1");
        kit.PatchFields("price");
        kit.Confirm("h2");
        Assert.Null(kit.Does(new RiskCommand.Reverse("h2", ActorId.Parse("staff"), null), staff));
        Assert.Equal("h3", kit.PatchFields("price"));
    }

    [Theory]
    [InlineData("seller-user:owner", true, true, true)]
    [InlineData("seller-user:staff", false, true, true)]
    [InlineData("seller-user:finance", false, true, true)]
    [InlineData("seller-center", false, true, true)]
    [InlineData("operator", false, false, false)]
    [InlineData("plugin", false, false, false)]
    [InlineData("seller-user:admin", false, false, false)]
    [InlineData(null, false, false, false)]
    public void Only_the_seller_decides_a_hold_and_only_its_owner_opens_the_write(string? role, bool confirms, bool rejects, bool reverses)
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.PatchFields("price");
        Assert.Equal(confirms, May(new RiskCommand.Confirm("h1", ActorId.Parse("u-1"), null)));
        Assert.Equal(rejects, May(new RiskCommand.Reject("h1", ActorId.Parse("u-1"), null)));
        Assert.Equal(reverses, May(new RiskCommand.Reverse("h1", ActorId.Parse("u-1"), null)));

        bool May(RiskCommand command) => kit.Record.Decide(command, ActorRole.Of(role), kit.Now).Refusal?.Code != "role-not-allowed";
    }

    [Fact]
    public void A_reversed_confirmation_is_held_again()
    {
        var kit = new RiskKit(RiskKit.Established, RiskKit.Purpose, RiskKit.NewVerb);
        kit.PatchFields("price");
        kit.Confirm("h1");
        Assert.Null(kit.PatchFields("price"));
        Assert.Null(kit.Reverse("h1"));
        Assert.Equal("h2", kit.PatchFields("price"));

        Assert.Equal("h3", kit.Try("orders.flag", "orders.flag", []));
        kit.Confirm("h3");
        Assert.Null(kit.Try("orders.flag", "orders.flag", []));
        kit.Reverse("h3");
        Assert.Equal("h4", kit.Try("orders.flag", "orders.flag", []));
    }

    [Theory]
    [InlineData(7, 100, true)]
    [InlineData(6, 100, false)]
    [InlineData(7, 99, false)]
    public void A_new_verb_is_sudden_only_of_an_established_plugin(int days, long calls, bool held)
    {
        var kit = new RiskKit(RiskKit.Established with { ActiveDays = days, Calls = calls }, RiskKit.NewVerb);
        Assert.Equal(held ? "h1" : null, kit.Try("orders.flag", "orders.flag", []));
    }

    [Fact]
    public void A_verb_that_was_used_is_not_new_whether_the_ledger_says_so_or_the_counter_saw_it()
    {
        var kit = new RiskKit(RiskKit.Established, RiskKit.NewVerb);
        Assert.Null(kit.PatchFields("title"));
        Assert.Equal("h1", kit.Try("orders.flag", "orders.flag", []));
        kit.Rules = new RiskRuleSet(2, [RiskKit.NewVerb with { Mode = RiskMode.Off }]);
        Assert.Null(kit.Try("orders.split", "orders.split", [], status: 422));
        Assert.Null(kit.Try("orders.merge", "orders.merge", []));
        kit.Rules = new RiskRuleSet(3, [RiskKit.NewVerb]);
        Assert.Null(kit.Try("orders.merge", "orders.merge", []));
        Assert.Equal("h2", kit.Try("orders.split", "orders.split", []));
    }

    [Fact]
    public void One_change_more_than_the_threshold_in_the_window_is_held_until_the_seller_decides()
    {
        var kit = new RiskKit(null, RiskKit.Burst);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(kit.PatchFields("title"));
            kit.Now = kit.Now.AddSeconds(20);
        }

        // The first of them is 60 seconds old now and does not count any more.
        Assert.Null(kit.PatchFields("title"));
        Assert.Equal("h1", kit.PatchFields("title"));
        kit.Now = kit.Now.AddDays(1);
        Assert.Equal("h1", kit.PatchFields("title"));
        Assert.Null(kit.Try("orders.flag", "orders.flag", []));
        kit.Confirm("h1");
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Null(kit.PatchFields("title")));
    }

    [Fact]
    public void What_failed_or_was_refused_is_no_change()
    {
        var kit = new RiskKit(null, RiskKit.Burst);
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Null(kit.Try(RiskKit.Patch, RiskKit.Products, ["title"], status: 404)));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(kit.PatchFields("title")));
        Assert.Equal("h1", kit.PatchFields("title"));
    }

    [Fact]
    public void A_clock_that_steps_back_neither_frees_nor_prolongs_a_burst()
    {
        var kit = new RiskKit(null, RiskKit.Burst);
        kit.PatchFields("title");
        kit.PatchFields("title");
        kit.Now = kit.Now.AddHours(-5);
        kit.PatchFields("title");
        Assert.Equal("h1", kit.PatchFields("title"));

        // Seen once at the earlier time, the changes are as old as they were, and end a window later by the clock as it goes now.
        var other = new RiskKit(null, RiskKit.Burst with { Threshold = 4 });
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(other.PatchFields("title")));
        other.Now = other.Now.AddHours(-5);
        Assert.Null(other.Try(RiskKit.Patch, RiskKit.Products, ["title"], status: 404));
        other.Rules = new RiskRuleSet(2, [RiskKit.Burst]);
        other.Now = other.Now.AddSeconds(60);
        Assert.Null(other.PatchFields("title"));
    }

    [Fact]
    public void A_rule_that_only_observes_never_refuses_and_says_so_once_a_day()
    {
        var kit = new RiskKit(RiskKit.Established, RiskKit.Purpose with { Mode = RiskMode.Observe });
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(kit.PatchFields("price")));
        Assert.Equal(1, kit.Facts);
        kit.Now = kit.Now.AddDays(1);
        Assert.Null(kit.PatchFields("price"));
        Assert.Equal(2, kit.Facts);
        Assert.Empty(kit.Record.Holds);
        Assert.Equal(0, kit.Record.ScoreAt(kit.Now));
    }

    [Fact]
    public void A_rule_that_is_off_holds_nothing_any_more()
    {
        var kit = new RiskKit(null, RiskKit.Purpose);
        kit.PatchFields("price");
        kit.Rules = new RiskRuleSet(2, [RiskKit.Purpose with { Mode = RiskMode.Off }]);
        Assert.Null(kit.PatchFields("price"));
        Assert.Equal(HoldState.Open, kit.Last.State);
    }

    [Fact]
    public void An_older_standing_changes_nothing_and_one_without_a_baseline_keeps_the_known_one()
    {
        var kit = new RiskKit(RiskKit.Established, RiskKit.Purpose);
        kit.PatchFields("price");
        var before = kit.Record.ToStatus(null, kit.Now);
        kit.Confirm("h1");
        var watch = new RiskEvaluator(kit.Record.ToStatus(RiskKit.Established, kit.Now));
        watch.Load(before);
        var intent = new CallIntent(
            9,
            OperationName.Parse(RiskKit.Patch),
            RiskKit.Products,
            true,
            DataRegion.Parse("eu"),
            "t",
            default,
            null
        )
        {
            Touches = ["price"],
        };
        Assert.Null(watch.Evaluate(intent, kit.Purposes, kit.Rules, kit.Now).Finding);

        watch.Load(kit.Record.ToStatus(null, kit.Now));
        Assert.False(watch.IsStale(kit.Now.AddHours(23)));
        Assert.True(watch.IsStale(kit.Now.AddHours(24)));
    }
}
