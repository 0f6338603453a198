using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Journal;
using Marketplace.Listings;
using Xunit;

namespace Marketplace.Domain.Tests.Listings;

public class ListingTests
{
    [Fact]
    public void A_version_is_listed_by_the_last_of_gate_tracks_and_rounds()
    {
        var kit = ListingKit.Submitted();
        kit.DecideTrack("h1", ReviewTrack.Security, ListingKit.Approve("h1", ReviewTrack.Security));
        kit.DecideTrack("h1", ReviewTrack.Business, ListingKit.Approve("h1", ReviewTrack.Business));
        Assert.Null(kit.State!.ListedHash);

        kit.Rounds("h1");

        Assert.Equal("h1", kit.State.ListedHash);
        Assert.Equal(new ListingEvent.Listed("h1", "1.0.0"), kit.Facts[^1]);
    }

    [Fact]
    public void The_due_time_of_a_track_is_in_working_days()
    {
        var kit = ListingKit.Created();
        kit.Now = new DateTimeOffset(2026, 11, 27, 7, 0, 0, TimeSpan.Zero);
        kit.Do(ListingKit.Add("h1", "1.0.0"), "ann", ListingKit.Author);
        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author);

        Assert.Equal(kit.Now.AddDays(4), kit.State!.Versions[0].Security.DueAt!.Value.ToUniversalTime());
    }

    [Fact]
    public void A_version_with_a_blocking_finding_is_never_reviewed()
    {
        var kit = ListingKit.Created();
        kit.Do(ListingKit.Add("h1", "1.0.0", blocking: 1), "ann", ListingKit.Author);

        Assert.Equal(ListingRefusals.GateBlocks, kit.Try(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author));
        Assert.Equal(
            ListingRefusals.TrackNotOpen,
            kit.Try(new ListingCommand.Claim("h1", ReviewTrack.Security), "sam", ListingKit.Security)
        );
    }

    [Fact]
    public void A_rejection_keeps_the_other_tracks_work()
    {
        var kit = ListingKit.Submitted();
        kit.DecideTrack("h1", ReviewTrack.Business, ListingKit.Approve("h1", ReviewTrack.Business));
        kit.DecideTrack("h1", ReviewTrack.Security, ListingKit.Reject("h1", ReviewTrack.Security, TrackVerdict.RequestChanges));
        var before = kit.State!.Versions[0].Business;

        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author);

        Assert.Equal((TrackState.Open, before), (kit.State.Versions[0].Security.State, kit.State.Versions[0].Business));
    }

    [Fact]
    public void A_rejected_hash_stays_rejected()
    {
        var kit = ListingKit.Submitted();
        kit.DecideTrack("h1", ReviewTrack.Security, ListingKit.Reject("h1", ReviewTrack.Security));

        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author);

        Assert.Equal(TrackState.Rejected, kit.State!.Versions[0].Security.State);
        Assert.Equal(
            ListingRefusals.TrackNotOpen,
            kit.Try(new ListingCommand.Claim("h1", ReviewTrack.Security), "sam", ListingKit.Security)
        );
    }

    [Fact]
    public void A_change_of_category_reopens_the_business_track_alone_and_unlists()
    {
        var kit = ListingKit.Submitted();
        kit.DecideTrack("h1", ReviewTrack.Security, ListingKit.Approve("h1", ReviewTrack.Security));
        kit.DecideTrack("h1", ReviewTrack.Business, ListingKit.Approve("h1", ReviewTrack.Business));
        kit.Rounds("h1");
        var change = new ListingCommand.ChangeCategory(ListingKit.Owner, "h1", PluginCategory.Logistics);

        kit.Do(change, "ann", ListingKit.Author);

        var version = kit.State!.Versions[0];
        Assert.Equal((TrackState.Approved, TrackState.Open), (version.Security.State, version.Business.State));
        Assert.Null(kit.State.ListedHash);
        kit.DecideTrack("h1", ReviewTrack.Business, ListingKit.Approve("h1", ReviewTrack.Business, PluginCategory.Logistics));
        Assert.Equal("h1", kit.State.ListedHash);
    }

    [Fact]
    public void An_approval_that_comes_late_does_not_bring_back_an_older_version()
    {
        var kit = ListingKit.Submitted();
        kit.Do(ListingKit.Add("h2", "2.0.0"), "ann", ListingKit.Author);
        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h2"), "ann", ListingKit.Author);
        kit.Certify("h2");
        Assert.Equal("h2", kit.State!.ListedHash);

        kit.Certify("h1");
        Assert.True(kit.State.Find("h1")!.IsCertified);
        Assert.Equal("h2", kit.State.ListedHash);

        kit.Do(new ListingCommand.ChangeCategory(ListingKit.Owner, "h2", PluginCategory.Logistics), "ann", ListingKit.Author);
        Assert.Null(kit.State.ListedHash);
    }

    [Fact]
    public void A_frozen_developers_version_is_listed_when_the_freeze_is_lifted()
    {
        var kit = ListingKit.Submitted();
        kit.Developer = ListingKit.NewDeveloper(ListingKit.Owner, verified: true, DeveloperStanding.Frozen);
        kit.Certify("h1");
        Assert.True(kit.State!.Find("h1")!.IsCertified);
        Assert.Null(kit.State.ListedHash);

        kit.Developer = ListingKit.NewDeveloper(ListingKit.Owner, verified: true);
        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author);

        Assert.Equal("h1", kit.State.ListedHash);
    }

    [Fact]
    public void A_change_of_category_revives_no_rejected_version_and_keeps_the_due_time_of_an_open_one()
    {
        var kit = ListingKit.Submitted();
        kit.Do(new ListingCommand.Claim("h1", ReviewTrack.Business), "bea", ListingKit.Business);
        var open = kit.State!.Find("h1")!.Business;
        kit.Now += TimeSpan.FromMinutes(5);
        kit.Do(new ListingCommand.ChangeCategory(ListingKit.Owner, "h1", PluginCategory.Logistics), "ann", ListingKit.Author);
        Assert.Equal(open, kit.State!.Find("h1")!.Business);

        kit.Do(new ListingCommand.ChangeCategory(ListingKit.Owner, "h1", PluginCategory.OrderProcessing), "ann", ListingKit.Author);
        kit.Do(ListingKit.Reject("h1", ReviewTrack.Business), "bea", ListingKit.Business);
        kit.Do(new ListingCommand.ChangeCategory(ListingKit.Owner, "h1", PluginCategory.Logistics), "ann", ListingKit.Author);
        Assert.Equal(TrackState.Rejected, kit.State.Find("h1")!.Business.State);
    }

    [Fact]
    public void A_version_that_becomes_a_dashboard_is_looked_at_by_both_tracks_again()
    {
        var kit = ListingKit.Submitted();
        kit.Certify("h1");

        kit.Do(new ListingCommand.ChangeCategory(ListingKit.Owner, "h1", PluginCategory.DataDashboard), "ann", ListingKit.Author);

        var version = kit.State!.Find("h1")!;
        Assert.Equal((TrackState.Open, TrackState.Open), (version.Security.State, version.Business.State));
    }

    [Fact]
    public void A_round_counts_for_one_version_and_its_repeat_changes_nothing()
    {
        var kit = ListingKit.Submitted();
        kit.Do(ListingKit.Add("h2", "2.0.0"), "ann", ListingKit.Author);
        kit.Now += TimeSpan.FromHours(10);
        var round = ListingKit.Round("h1", 2, 7);
        kit.Do(round, null, ActorRole.Platform);
        var facts = kit.Facts.Count;

        kit.Do(round, null, ActorRole.Platform);

        Assert.Equal(facts, kit.Facts.Count);
        Assert.Equal(ListingRefusals.RoundInvalid, kit.Try(round with { Hash = "h2" }, null, ActorRole.Platform));
    }

    // What the journal says must not change with a name in the code.
    [Theory]
    [InlineData(ReviewTrack.Security, TrackVerdict.Approve, "\"security\"", "\"approve\"")]
    [InlineData(ReviewTrack.Business, TrackVerdict.RequestChanges, "\"business\"", "\"request-changes\"")]
    [InlineData(ReviewTrack.Business, TrackVerdict.Reject, "\"business\"", "\"reject\"")]
    public void The_journal_has_texts_of_its_own(ReviewTrack track, TrackVerdict verdict, params string[] texts)
    {
        var decided = new ListingEvent.TrackDecided("h1", track, verdict, "c:rex", ["Why."], ListingKit.None, "p-1");

        var json = System.Text.Encoding.UTF8.GetString(decided.Encode().Span);

        Assert.All(texts, text => Assert.Contains(text, json, StringComparison.Ordinal));
    }

    [Fact]
    public void A_fact_without_its_verdict_is_refused_and_not_taken_for_an_approval() =>
        Assert.Throws<System.Text.Json.JsonException>(() =>
            ListingEvent.Decode(
                "listing-review-decided",
                """{"hash":"h1","track":"security","reviewer":"c:rex","reasons":[],"scores":{},"policy":"p-1"}"""u8.ToArray()
            )
        );

    [Fact]
    public void A_claim_is_one_reviewers_until_it_ends()
    {
        var kit = ListingKit.Submitted();
        kit.Do(new ListingCommand.Claim("h1", ReviewTrack.Security), "sam", ListingKit.Security);
        Assert.Equal(
            ListingRefusals.TrackClaimed,
            kit.Try(new ListingCommand.Claim("h1", ReviewTrack.Security), "sue", ListingKit.Security)
        );
        Assert.Equal(ListingRefusals.TrackNotClaimed, kit.Try(ListingKit.Approve("h1", ReviewTrack.Security), "sue", ListingKit.Security));

        kit.Now += TimeSpan.FromHours(4);

        Assert.Equal(ListingRefusals.TrackNotClaimed, kit.Try(ListingKit.Approve("h1", ReviewTrack.Security), "sam", ListingKit.Security));
        Assert.Null(kit.Try(new ListingCommand.Claim("h1", ReviewTrack.Security), "sue", ListingKit.Security));
    }

    [Theory]
    [InlineData("security-reviewer", ReviewTrack.Security, true)]
    [InlineData("security-reviewer-user", ReviewTrack.Security, true)]
    [InlineData("security-reviewer", ReviewTrack.Business, false)]
    [InlineData("business-reviewer-user", ReviewTrack.Business, true)]
    [InlineData("business-reviewer-user", ReviewTrack.Security, false)]
    [InlineData("operator", ReviewTrack.Security, false)]
    [InlineData("platform", ReviewTrack.Business, false)]
    [InlineData("developer-user:owner", ReviewTrack.Business, false)]
    [InlineData(null, ReviewTrack.Security, false)]
    public void Each_track_is_its_own_reviewers(string? role, ReviewTrack track, bool passes) =>
        Assert.Equal(
            passes ? null : "role-not-allowed",
            ListingKit.Submitted().Try(new ListingCommand.Claim("h1", track), "any", ActorRole.Of(role))
        );

    [Theory]
    [InlineData("security-reviewer-user")]
    [InlineData("operator-user")]
    [InlineData("developer-user:developer")]
    [InlineData(null)]
    public void Only_the_platform_records_rounds(string? role) =>
        Assert.Equal("role-not-allowed", ListingKit.Submitted().Try(ListingKit.Round("h1", 1, 1), "ann", ActorRole.Of(role)));

    [Fact]
    public void Rounds_count_if_they_are_independent()
    {
        var kit = ListingKit.Submitted();
        kit.Now = ListingKit.Start.AddDays(2);
        foreach (var (hours, seed, passed) in new[] { (1, 1L, true), (2, 2L, true), (5, 1L, true), (7, 3L, false), (9, 4L, true) })
        {
            kit.Do(ListingKit.Round("h1", hours, seed, passed), null, ActorRole.Platform);
        }

        // The second begins half an hour after the first, the third has its seed, the fourth failed.
        Assert.Equal(2, kit.State!.Versions[0].IndependentRounds);
    }

    [Theory]
    [InlineData(-1, 30)]
    [InlineData(1, 30)]
    public void A_round_lies_between_the_version_and_now(int startHours, int nowMinutes)
    {
        var kit = ListingKit.Submitted();
        kit.Now += TimeSpan.FromMinutes(nowMinutes);

        Assert.Equal(ListingRefusals.RoundInvalid, kit.Try(ListingKit.Round("h1", startHours, 1), null, ActorRole.Platform));
    }

    [Fact]
    public void An_approval_needs_enough_points_and_every_other_verdict_a_reason()
    {
        var kit = ListingKit.Submitted();
        kit.Do(new ListingCommand.Claim("h1", ReviewTrack.Business), "bea", ListingKit.Business);
        var low = ListingKit.Full(PluginCategory.OrderProcessing).SetItem("fit", 0).SetItem("texts", 0);
        Assert.Equal(50, BusinessRubric.PercentOf(PluginCategory.OrderProcessing, low));
        var approve = ListingKit.Approve("h1", ReviewTrack.Business);
        ListingCommand[] wrong =
        [
            approve with
            {
                Scores = low,
            },
            approve with
            {
                Scores = ListingKit.None,
            },
            approve with
            {
                Scores = approve.Scores.SetItem("more", 1),
            },
            approve with
            {
                Scores = approve.Scores.SetItem("fit", 6),
            },
            approve with
            {
                Policy = "",
            },
            approve with
            {
                Verdict = TrackVerdict.Reject,
            },
            approve with
            {
                Verdict = TrackVerdict.RequestChanges,
                Reasons = [""],
            },
        ];

        Assert.All(wrong, command => Assert.Equal(ListingRefusals.TrackDecisionInvalid, kit.Try(command, "bea", ListingKit.Business)));
        Assert.Null(kit.Try(approve, "bea", ListingKit.Business));
        Assert.Equal("access-2026-12", kit.State!.Versions[0].Business.Decision!.Policy);
    }

    [Fact]
    public void A_version_never_changes()
    {
        var kit = ListingKit.Submitted();
        Assert.Equal(ListingRefusals.PluginVersionExists, kit.Try(ListingKit.Add("h2", "1.0.0"), "ann", ListingKit.Author));
        var facts = kit.Facts.Count;
        Assert.Null(kit.Try(ListingKit.Add("h1", "1.0.0", blocking: 5), "ann", ListingKit.Author));
        Assert.Equal(facts, kit.Facts.Count);
    }

    [Fact]
    public void Another_developer_finance_an_unverified_and_a_frozen_one_change_nothing()
    {
        var kit = ListingKit.Submitted();
        var add = ListingKit.Add("h2", "2.0.0");
        Assert.Equal("role-not-allowed", kit.Try(add, "fay", ActorRole.OfDeveloper(DeveloperRole.Finance)));
        Assert.Equal("role-not-allowed", kit.Try(add, "eve", ListingKit.Author));
        kit.Developer = ListingKit.NewDeveloper(DeveloperId.Parse("others", null), verified: true);
        Assert.Equal(ListingRefusals.ListingNotFound, kit.Try(add, "ann", ListingKit.Author));
        kit.Developer = ListingKit.NewDeveloper(ListingKit.Owner, verified: false);
        Assert.Equal(ListingRefusals.DeveloperUnverified, kit.Try(add, "ann", ListingKit.Author));
        kit.Developer = ListingKit.NewDeveloper(ListingKit.Owner, verified: true, DeveloperStanding.Frozen);
        Assert.Equal(ListingRefusals.DeveloperFrozen, kit.Try(add, "ann", ListingKit.Author));
        kit.Developer = null;
        Assert.Equal(ListingRefusals.ListingNotFound, kit.Try(add, "ann", ListingKit.Author));
    }
}
