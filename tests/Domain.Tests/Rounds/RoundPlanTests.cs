using System.Text.Json;
using CsCheck;
using Marketplace.Events;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Rounds;

public class RoundPlanTests
{
    private static readonly RoundPolicy Policy = RoundKit.Policy;

    private static RoundPlan Plan(long seed, params string[] scopes) =>
        RoundPlan.Of(RoundKit.Subject(scopes), Policy, seed, RoundKit.Operations);

    [Fact]
    public void The_same_seed_makes_the_same_traffic_and_another_one_other() =>
        Gen.Long.Sample(
            seed =>
            {
                var (one, same, other) = (Plan(seed), Plan(seed), Plan(unchecked(seed + 1)));

                Assert.Equal(one.Events.AsEnumerable(), same.Events);
                Assert.Equal(one.Requests.AsEnumerable(), same.Requests);
                Assert.Equal(one.Marks, same.Marks);
                Assert.NotEqual(one.Events.AsEnumerable(), other.Events);
                Assert.NotEqual(one.Marks, other.Marks);
            },
            iter: 50
        );

    // A round of last year must be repeatable with this year's release.
    [Fact]
    public void The_traffic_of_a_seed_never_changes()
    {
        var plan = Plan(20_261_201);

        Assert.Equal(("rwnvsgbnxm", "4598407"), (plan.Marks.Word, plan.Marks.Digits));
    }

    [Fact]
    public void A_round_has_every_fault_and_a_peak()
    {
        var load = LoadProfile.Of(Plan(7));

        Assert.True(load.Duplicates > 0 && load.Late > 0 && load.OutOfOrder > 0, load.ToString());
        Assert.True(load.PeakPerSecond > 2 * load.Requests / Policy.Duration.TotalSeconds, load.ToString());
    }

    [Fact]
    public void Only_events_that_the_version_may_have_are_sent_and_all_within_the_round()
    {
        var plan = Plan(3, "products.read");

        Assert.All(plan.Requests, request => Assert.Equal(EventTypes.ProductUpdated, plan.Events[request.Event].Type));
        Assert.All(Plan(3).Requests, request => Assert.InRange(request.At, TimeSpan.Zero, Policy.Duration));
        Assert.NotEmpty(plan.Requests);
    }

    [Fact]
    public void An_event_is_sent_only_after_it_is_in_the_feed_and_a_subjects_events_come_in_order() =>
        Gen.Long.Sample(
            seed =>
            {
                var plan = Plan(seed);
                Assert.All(plan.Requests, request => Assert.True(request.At >= plan.Events[request.Event].At));
                var orders = plan.Events.Where(one => one.Type.StartsWith("order.", StringComparison.Ordinal)).GroupBy(one => one.Subject);
                Assert.All(orders, order => Assert.Equal(EventTypes.OrderCreated, order.First().Type));
            },
            iter: 50
        );

    [Fact]
    public void The_intake_takes_every_event_and_gives_no_mark_of_a_buyer_to_plugins() =>
        Gen.Long.Sample(
            seed =>
            {
                var plan = Plan(seed);
                foreach (var planned in plan.Events)
                {
                    var envelope = new EventEnvelope(
                        SellerId.Parse("seller-1", null),
                        "urn:marketplace:sandbox",
                        "1",
                        planned.Type,
                        planned.Subject,
                        DateTimeOffset.UnixEpoch.AddYears(50)
                    );
                    using var data = JsonDocument.Parse(planned.Data);
                    var parsed = EventParser.Parse(envelope, data.RootElement, envelope.Time);

                    Assert.True(parsed.Refusal is null, parsed.Refusal?.Reason);
                    Assert.False(plan.Marks.AreIn(System.Text.Encoding.UTF8.GetString(parsed.Value!.Data.Span)), planned.Data);
                    Assert.Equal(
                        planned.Type == EventTypes.OrderCreated,
                        plan.Marks.AreIn(System.Text.Encoding.UTF8.GetString(parsed.Value.Private.Span))
                    );
                }
            },
            iter: 10
        );

    [Theory]
    [InlineData("CANARY {0}", true)]
    [InlineData("+49 30 {1}0001", true)]
    [InlineData("(030) {1}", true)]
    [InlineData("a note without any", false)]
    public void Marks_are_found_in_any_case_and_between_separators(string text, bool found)
    {
        var marks = Plan(5).Marks;
        var spaced = string.Join(' ', marks.Digits.Chunk(3).Select(part => new string(part)));

        Assert.Equal(
            found,
            marks.AreIn(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, marks.Word.ToUpperInvariant(), spaced))
        );
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.1", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.100", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.101", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.0", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.01", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.1", false)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.1", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_rounds_seller_names_the_round(string id, bool valid)
    {
        var seller = SellerId.Parse(SandboxSellers.Prefix + id, null);

        Assert.True(SandboxSellers.Contains(seller));
        Assert.Equal(valid ? id : null, SandboxSellers.RoundOf(seller)?.ToString());
        Assert.False(SandboxSellers.Contains(SellerId.Parse("sandboxed", null)));
        Assert.False(SandboxSellers.Contains(default));
    }
}
