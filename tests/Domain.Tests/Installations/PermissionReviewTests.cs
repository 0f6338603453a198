using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Installations;

public sealed class PermissionReviewTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    private static readonly OperationScope[] Operations =
    [
        new(OperationName.Parse("orders.get"), "orders.read", true),
        new(OperationName.Parse("orders.list"), "orders.read", true),
        new(OperationName.Parse("orders.track"), "logistics.write", true),
        new(OperationName.Parse("orders.flag"), "orders.flag", true),
        new(OperationName.Parse("products.patch"), "products.write", true),
        new(OperationName.Parse("events.list"), ScopeNeed.Any("logistics.write", "orders.flag", "orders.read"), true),
    ];

    [Fact]
    public void A_call_that_any_one_of_several_scopes_opens_uses_each_that_is_granted()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(40);
        var review = Review(kit, Use("events.list", (0, 7)));

        Assert.Equal(
            [("logistics.write", 7), ("orders.flag", 7), ("orders.read", 7)],
            review.Scopes.Where(scope => scope.Granted).Select(scope => (scope.Info.Scope, scope.Count))
        );
        Assert.Empty(review.Idle);
        Assert.Equal((7, 0), (review.Check.Calls, review.Check.WouldRefuse));
    }

    [Fact]
    public void Of_a_plugin_that_its_events_are_pushed_to_nobody_can_say_that_it_does_not_use_their_scopes()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(40);
        var review = PermissionReview.Of(Review(kit).Evidence with { IsPushed = true });

        Assert.Equal(["logistics.write", "orders.flag"], review.Scopes.Where(scope => scope.IsIdle).Select(scope => scope.Info.Scope));
        Assert.Contains("orders.read", review.Suggested);
    }

    [Fact]
    public void A_scope_granted_a_month_ago_and_never_used_is_idle_and_a_fresh_one_is_not()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(10);
        Assert.Null(kit.Try(kit.Grants(true, [.. kit.State!.Grants, "products.write"])));
        kit.Now = InstallationKit.Noon.AddDays(30);
        var review = Review(kit, Use("orders.get", (0, 5)));

        Assert.Equal(["logistics.write", "orders.flag"], review.Scopes.Where(scope => scope.IsIdle).Select(scope => scope.Info.Scope));
        Assert.Equal(["orders.flag"], review.Idle);
        Assert.Equal(["logistics.write", "orders.read"], review.Suggested);
        Assert.Equal((5, 0), (review.Check.Calls, review.Check.WouldRefuse));

        kit.Now = InstallationKit.Noon.AddDays(30).AddTicks(-1);
        Assert.Empty(Review(kit, Use("orders.get", (0, 5))).Idle);
        kit.Now = InstallationKit.Noon.AddDays(40).AddTicks(-1);
        Assert.DoesNotContain("products.write", Review(kit).Idle);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void A_scope_is_idle_from_the_31st_day_without_a_call(int daysAgo, bool idle)
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(40);
        var review = Review(kit, Use("orders.flag", (daysAgo, 1)));
        var scope = review.Scopes.Single(reviewed => reviewed.Info.Scope == "orders.flag");
        Assert.Equal((idle, idle ? 0 : 1L), (scope.IsIdle, scope.Count));
        Assert.NotNull(scope.LastUsedAt);
        Assert.Equal(!idle, review.Suggested.Contains("orders.flag"));
        Assert.Equal(!idle, review.Used.Contains("orders.flag"));
    }

    [Fact]
    public void A_scope_closed_and_granted_again_is_as_old_as_its_last_grant()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(20);
        kit.Does(kit.Grants(false, kit.State!.Grants.Remove("orders.flag")));
        kit.Does(kit.Grants(true, [.. kit.State!.Grants, "orders.flag"]));
        kit.Now = InstallationKit.Noon.AddDays(40);
        Assert.Empty(Review(kit).Idle);
        Assert.Equal(InstallationKit.Noon, kit.State.GrantedSince["orders.read"]);
        kit.Now = InstallationKit.Noon.AddDays(50);
        Assert.Equal(["orders.flag"], Review(kit).Idle);
    }

    [Fact]
    public void A_scope_whose_calls_are_not_recorded_is_never_idle()
    {
        var kit = InstallationKit.Running("orders.flag");
        kit.Now = InstallationKit.Noon.AddDays(40);
        var evidence = Review(kit).Evidence;
        var review = PermissionReview.Of(
            evidence with
            {
                Operations = [.. Operations, new(OperationName.Parse("upstream.flags"), "orders.flag", false)],
            }
        );
        Assert.Empty(review.Idle);
        Assert.Contains("orders.flag", review.Suggested);
    }

    [Fact]
    public void The_suggested_scopes_refuse_nothing_that_was_called_in_the_last_30_days() =>
        Gen.Select(Gen.Int[0, 4].Select(Gen.Int[0, 34], Gen.Int[1, 9]).Array[0, 12], Gen.Int[0, 3], Gen.Int[0, 80])
            .Sample(
                (uses, more, days) =>
                {
                    var kit = InstallationKit.Running([
                        .. new[] { "orders.flag", "products.write" }.Where((_, i) => (more & (1 << i)) != 0),
                    ]);
                    kit.Now = InstallationKit.Noon.AddDays(days);
                    var review = Review(
                        kit,
                        [
                            .. uses.GroupBy(use => use.Item1)
                                .Select(group =>
                                    Use(
                                        Operations[group.Key].Operation.Value,
                                        [.. group.GroupBy(use => use.Item2).Select(day => (day.Key, day.Sum(use => (long)use.Item3)))]
                                    )
                                ),
                        ]
                    );

                    Assert.Equal(0, review.Check.WouldRefuse);
                    Assert.Empty(review.Idle.Intersect(review.Used));
                    Assert.Empty(review.Idle.Intersect(review.Suggested));
                    Assert.Superset(kit.Plugin.RequiredScopes.ToHashSet(), review.Suggested.ToHashSet());
                }
            );

    [Fact]
    public void A_wrong_suggestion_is_found_out()
    {
        var kit = InstallationKit.Running("orders.flag", "products.write");
        var evidence = Review(kit, Use("orders.get", (0, 5)), Use("orders.flag", (3, 2), (31, 9)), Use("orders.list", (30, 1))).Evidence;

        Assert.Equal((8, 0), Counts(SuggestionCheck.Of(evidence, ["logistics.write", "orders.flag", "orders.read"])));
        Assert.Equal((8, 2), Counts(SuggestionCheck.Of(evidence, ["logistics.write", "orders.read", "products.write"])));
        Assert.Equal((8, 6), Counts(SuggestionCheck.Of(evidence, ["orders.flag"])));
        Assert.Equal((8, 8), Counts(SuggestionCheck.Of(evidence, [])));

        // What lost its certification is refused whatever is suggested, and now already.
        var lacking = evidence with { Plugin = InstallationKit.Profile(["logistics.write", "orders.read"], []) };
        Assert.Equal((6, 0), Counts(SuggestionCheck.Of(lacking, ["orders.flag", "orders.read"])));
    }

    private static (long Calls, long WouldRefuse) Counts(SuggestionCheck check) => (check.Calls, check.WouldRefuse);

    [Fact]
    public void A_sign_off_is_kept_with_its_date_and_the_next_review_is_due_a_month_later()
    {
        var kit = InstallationKit.Running();
        Assert.Equal(InstallationKit.Noon.AddMonths(1), ReviewSchedule.NextReview(kit.State!));
        kit.Now = InstallationKit.Noon.AddDays(5);
        Assert.Null(kit.Try(new InstallationCommand.SignOffReview(["orders.flag"])));
        Assert.Equal(kit.Now, kit.State!.SignOff!.At);
        Assert.Equal(kit.Now.AddMonths(1), ReviewSchedule.NextReview(kit.State));
    }

    [Fact]
    public void The_reminder_comes_once_a_month_until_the_sign_off()
    {
        var kit = InstallationKit.Running();
        Assert.Null(Due(kit));
        kit.Now = InstallationKit.Noon.AddMonths(1).AddTicks(-1);
        Assert.Null(Due(kit));
        Assert.Equal(InstallationKit.Noon.AddMonths(1), InstallationClock.NextDue(kit.State!, kit.Now));
        kit.Now = InstallationKit.Noon.AddMonths(1);
        var first = Due(kit);
        Assert.Equal(InstallationKit.Noon.AddMonths(1), first?.DueAt);
        var noted = Installation.Evolve(kit.State, first!, kit.Now, ActorId.Parse("clock"));
        Assert.Null((InstallationClock.Due(noted, kit.Now)?.Event as InstallationEvent.ReviewDue)?.DueAt);
        Assert.Equal(
            InstallationKit.Noon.AddMonths(2),
            (InstallationClock.Due(noted, InstallationKit.Noon.AddMonths(2).AddDays(3))?.Event as InstallationEvent.ReviewDue)?.DueAt
        );
        var signed = Installation.Evolve(noted, new InstallationEvent.ReviewSignedOff([], []), kit.Now.AddDays(1), ActorId.Parse("owner"));
        Assert.Null(InstallationClock.Due(signed, InstallationKit.Noon.AddMonths(2))?.Event);
    }

    private static InstallationEvent.ReviewDue? Due(InstallationKit kit) =>
        InstallationClock.Due(kit.State!, kit.Now)?.Event as InstallationEvent.ReviewDue;

    private static PermissionReview Review(InstallationKit kit, params OperationUsage[] uses) =>
        PermissionReview.Of(
            new ReviewEvidence(
                InstallationKit.Id,
                kit.State!,
                kit.Plugin,
                new UsageStatistics(InstallationKit.Id, Today.AddDays(-34), Today, [.. uses], kit.Now),
                Operations,
                kit.Now
            )
        );

    private static OperationUsage Use(string operation, params (int DaysAgo, long Calls)[] days) =>
        new(
            OperationName.Parse(operation),
            new DateTimeOffset(Today.AddDays(-days.Min(day => day.DaysAgo)), TimeOnly.MinValue, TimeSpan.Zero),
            days.ToImmutableSortedDictionary(day => Today.AddDays(-day.DaysAgo), day => day.Calls)
        );
}
