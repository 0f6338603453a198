using Marketplace.Enterprises;
using Marketplace.Sellers;
using Xunit;
using static Marketplace.Domain.Tests.Enterprises.EnterpriseKit;

namespace Marketplace.Domain.Tests.Enterprises;

public sealed class EnterpriseTests
{
    private static readonly EnterpriseCommand Claim = new EnterpriseCommand.Claim();
    private static readonly EnterpriseCommand Approve = new EnterpriseCommand.Approve(null);

    private readonly EnterpriseKit _kit = new();

    private Review Review => _kit.State!.Review!;

    [Fact]
    public void Documents_are_handed_in_together_or_not_at_all()
    {
        _kit.Do(new EnterpriseCommand.AddShop(First)).Do(new EnterpriseCommand.AddDocument(First, DocumentKind.Licence, File("1")));

        Assert.Equal(EnterpriseRefusals.DocumentsMissing, _kit.Refusal(new EnterpriseCommand.Submit(First)));
    }

    [Fact]
    public void An_approved_enterprise_has_the_shop_that_handed_in_and_no_other()
    {
        _kit.HandIn(First).Do(new EnterpriseCommand.AddShop(Second)).Do(Claim).Do(Approve);

        Assert.True(_kit.State!.IsApprovedAt(First, _kit.Now));
        Assert.False(_kit.State.IsApprovedAt(Second, _kit.Now));
    }

    [Fact]
    public void A_further_shop_waits_for_a_decision_of_its_own()
    {
        _kit.Approve(First).Do(new EnterpriseCommand.AddShop(Second)).Do(new EnterpriseCommand.Submit(Second));
        Assert.Equal(ReviewState.Submitted, _kit.State!.StateOf(Second, _kit.Now));

        _kit.Do(new EnterpriseCommand.ApproveShop(Second));

        Assert.True(_kit.State.IsApprovedAt(Second, _kit.Now));
    }

    [Fact]
    public void Only_one_shops_documents_are_under_review_at_a_time()
    {
        _kit.HandIn(First).Upload(Second);

        Assert.Equal(EnterpriseRefusals.EnterpriseUnderReview, _kit.Refusal(new EnterpriseCommand.Submit(Second)));
    }

    [Fact]
    public void What_is_under_review_cannot_be_changed()
    {
        _kit.HandIn(First);

        Assert.Equal(
            EnterpriseRefusals.DocumentsLocked,
            _kit.Refusal(new EnterpriseCommand.AddDocument(First, DocumentKind.Licence, File("2")))
        );
    }

    [Fact]
    public void Only_the_reviewer_who_claimed_it_decides_until_the_claim_ends()
    {
        _kit.HandIn(First);
        Assert.Equal(EnterpriseRefusals.ReviewNotClaimed, _kit.Refusal(Approve));
        _kit.Do(Claim, "reviewer-1");
        Assert.Equal(EnterpriseRefusals.ReviewClaimed, _kit.Refusal(Claim, "reviewer-2"));
        Assert.Equal(EnterpriseRefusals.ReviewClaimed, _kit.Refusal(Approve, "reviewer-2"));

        _kit.Now += _kit.Policy.ClaimTime;

        Assert.Equal(EnterpriseRefusals.ReviewNotClaimed, _kit.Refusal(Approve, "reviewer-1"));
        Assert.Contains(_kit.Try(Claim, "reviewer-2").Events, @event => @event is EnterpriseEvent.ClaimEnded { Expired: true });
        Assert.Null(_kit.Refusal(Approve, "reviewer-2"));
    }

    [Fact]
    public void A_claim_can_be_given_back()
    {
        _kit.HandIn(First).Do(Claim).Do(new EnterpriseCommand.Release());

        Assert.Null(_kit.Refusal(Claim, "reviewer-2"));
    }

    [Fact]
    public void A_rejected_shop_hands_in_again_with_two_new_working_days()
    {
        _kit.HandIn(First).Do(Claim).Do(new EnterpriseCommand.Reject("blurred"));
        Assert.Equal(("blurred", ReviewState.Rejected), (Review.Note, Review.State));

        _kit.Now = _kit.Now.AddDays(1);
        _kit.HandIn(First);

        Assert.Equal(_kit.Now.AddDays(2), Review.DueAt);
        Assert.True(_kit.Do(Claim).Do(Approve).State!.IsApprovedAt(First, _kit.Now));
    }

    [Fact]
    public void The_clock_stands_still_only_while_the_seller_is_asked()
    {
        _kit.HandIn(First);
        _kit.Now = _kit.Now.AddHours(20);
        _kit.Do(Claim).Do(new EnterpriseCommand.Ask("which seal?"));
        Assert.Null(Review.DueAt);
        Assert.Equal(TimeSpan.FromHours(28), Review.Remaining);

        // Ten days later there are still 28 hours of working time left: Friday 05:00 plus 19 h and 9 h on Monday.
        _kit.Now = _kit.Now.AddDays(10);
        Assert.Empty(_kit.Try(new EnterpriseCommand.KeepTime()).Events);
        _kit.Do(new EnterpriseCommand.Submit(First));

        Assert.Equal(new DateTimeOffset(2026, 12, 7, 9, 0, 0, TimeSpan.FromHours(8)), Review.DueAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(8)), Review.SubmittedAt);
    }

    [Fact]
    public void A_question_that_is_never_answered_can_be_closed_by_any_reviewer_and_frees_the_enterprise()
    {
        _kit.HandIn(First).Upload(Second).Do(Claim).Do(new EnterpriseCommand.Ask("which seal?"));
        Assert.Equal(EnterpriseRefusals.EnterpriseUnderReview, _kit.Refusal(new EnterpriseCommand.Submit(Second)));

        _kit.Do(new EnterpriseCommand.Reject("no answer"), "reviewer-2");

        Assert.Null(_kit.Refusal(new EnterpriseCommand.Submit(Second)));
        Assert.True(Assert.Single(_kit.State!.Closed).InTime);
    }

    [Fact]
    public void A_claim_does_not_stop_the_clock()
    {
        _kit.HandIn(First).Do(Claim);

        Assert.Equal(_kit.Now.AddDays(2), Review.DueAt);
    }

    [Fact]
    public void A_breach_is_a_fact_once_and_stands_in_the_figures()
    {
        _kit.HandIn(First);
        _kit.Now = _kit.Now.AddDays(2).AddMilliseconds(-1);
        Assert.Empty(_kit.Try(new EnterpriseCommand.KeepTime()).Events);
        _kit.Now = _kit.Now.AddMilliseconds(1);

        Assert.IsType<EnterpriseEvent.ReviewOverdue>(Assert.Single(_kit.Try(new EnterpriseCommand.KeepTime()).Events));
        Assert.Empty(_kit.Try(new EnterpriseCommand.KeepTime()).Events);
        _kit.Do(Claim).Do(Approve);

        Assert.False(Assert.Single(_kit.State!.Closed).InTime);
    }

    [Fact]
    public void A_decision_in_time_is_none_too_late()
    {
        _kit.HandIn(First);
        _kit.Now = _kit.Now.AddDays(2).AddMilliseconds(-1);
        _kit.Do(Claim).Do(Approve);

        Assert.True(Assert.Single(_kit.State!.Closed).InTime);
    }

    [Fact]
    public void A_decision_before_the_alarm_is_a_breach_all_the_same()
    {
        _kit.HandIn(First).Do(Claim);
        _kit.Now = _kit.Now.AddDays(2);

        var events = _kit.Try(Claim).Events;

        Assert.Contains(events, @event => @event is EnterpriseEvent.ReviewOverdue);
    }

    [Theory]
    [InlineData(9999, 12, 31)]
    [InlineData(9999, 12, 30)]
    [InlineData(9998, 12, 31)]
    public void A_licence_may_be_valid_to_the_end_of_the_calendar(int year, int month, int day)
    {
        var last = new DateOnly(year, month, day);

        _kit.HandIn(First).Do(Claim).Do(new EnterpriseCommand.Approve(last));

        Assert.Equal(last, _kit.State!.ValidUntil);
        Assert.True(_kit.State.IsVerifiedAt(DateTimeOffset.MaxValue.AddYears(-2)));
        Assert.Equal(last == DateOnly.MaxValue, _kit.State.EndsAt is null);
    }

    [Fact]
    public void An_approval_ends_after_its_last_day_and_a_shop_can_hand_in_anew()
    {
        _kit.HandIn(First).Do(Claim).Do(new EnterpriseCommand.Approve(new DateOnly(2026, 12, 31)));
        _kit.Now = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(8)).AddMilliseconds(-1);
        Assert.True(_kit.State!.IsApprovedAt(First, _kit.Now));

        _kit.Now = _kit.Now.AddMilliseconds(1);
        Assert.False(_kit.State.IsApprovedAt(First, _kit.Now));
        Assert.IsType<EnterpriseEvent.Lapsed>(Assert.Single(_kit.Try(new EnterpriseCommand.KeepTime()).Events));
        _kit.Approve(First);

        Assert.True(_kit.State.IsApprovedAt(First, _kit.Now));
    }

    [Fact]
    public void A_withdrawn_approval_ends_for_all_shops()
    {
        _kit.Approve(First)
            .Do(new EnterpriseCommand.AddShop(Second))
            .Do(new EnterpriseCommand.Submit(Second))
            .Do(new EnterpriseCommand.ApproveShop(Second));

        _kit.Do(new EnterpriseCommand.Revoke("forged"));

        Assert.All([First, Second], seller => Assert.False(_kit.State!.IsApprovedAt(seller, _kit.Now)));
    }

    [Fact]
    public void Documents_are_seen_by_the_reviewer_who_claimed_them_and_not_afterwards()
    {
        var view = new EnterpriseCommand.ViewDocument(null, DocumentKind.IdentityFront);
        _kit.HandIn(First);
        Assert.Equal(EnterpriseRefusals.DocumentNotUnderReview, _kit.Refusal(view));
        _kit.Do(Claim);
        Assert.Equal(EnterpriseRefusals.DocumentNotUnderReview, _kit.Refusal(view, "reviewer-2"));
        Assert.Equal("reviewer-1", Assert.IsType<EnterpriseEvent.DocumentViewed>(Assert.Single(_kit.Try(view).Events)).Reviewer);

        _kit.Do(Approve);

        Assert.Equal(EnterpriseRefusals.DocumentNotUnderReview, _kit.Refusal(view));
    }

    [Fact]
    public void A_shop_leaves_an_enterprise_that_has_not_accepted_it()
    {
        _kit.Do(new EnterpriseCommand.AddShop(First)).Do(new EnterpriseCommand.RemoveShop(First)).Approve(Second);

        Assert.Equal(EnterpriseRefusals.EnterpriseLinked, _kit.Refusal(new EnterpriseCommand.RemoveShop(Second)));
        Assert.DoesNotContain(First, (IDictionary<SellerId, Shop>)_kit.State!.Shops);
    }
}
