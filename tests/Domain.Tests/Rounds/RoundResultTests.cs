using System.Collections.Immutable;
using Marketplace.Rounds;
using Xunit;

namespace Marketplace.Domain.Tests.Rounds;

public class RoundResultTests
{
    private static readonly RoundPlan Plan = RoundPlan.Of(RoundKit.Subject(), RoundKit.Policy, 1, RoundKit.Operations);

    private static RoundResult Of(RoundObservations seen, ImmutableSortedDictionary<string, string>? justified = null) =>
        RoundResult.Of(Plan, RoundKit.Policy.Limits, seen, justified ?? RoundKit.None);

    [Theory]
    [InlineData(120.0, true)]
    [InlineData(120.1, false)]
    [InlineData(380.0, false)]
    public void The_mean_may_be_the_limit_and_no_more(double milliseconds, bool passed)
    {
        var result = Of(RoundKit.Seen(Plan, milliseconds));

        Assert.Equal(passed, result.Passed);
        Assert.Equal(passed ? [] : ["mean"], result.Breaches.Select(breach => breach.Limit));
        Assert.Equal((decimal)milliseconds, result.Latency!.MeanMs);
    }

    [Fact]
    public void Percentiles_are_of_the_nearest_rank()
    {
        var figures = LatencyFigures.Of(Enumerable.Range(1, 200).Select(number => TimeSpan.FromMilliseconds(number)))!;

        Assert.Equal((200, 100.5m, 100m, 190m, 198m), (figures.Answers, figures.MeanMs, figures.P50Ms, figures.P95Ms, figures.P99Ms));
        Assert.Equal(7m, LatencyFigures.Of([TimeSpan.FromMilliseconds(7)])!.P99Ms);
        Assert.Null(LatencyFigures.Of([]));
    }

    [Fact]
    public void Slow_answers_at_the_end_break_a_percentile_and_not_the_mean()
    {
        var slow = (int)Math.Ceiling(Plan.Requests.Length * 0.06);
        var seen = RoundKit.Seen(Plan, 10);
        var answers = seen.Answers.Select(
            (answer, index) => index < slow ? answer with { Latency = TimeSpan.FromMilliseconds(900) } : answer
        );

        Assert.Equal(["p95"], Of(seen with { Answers = [.. answers] }).Breaches.Select(breach => breach.Limit));
    }

    [Fact]
    public void More_than_one_percent_of_errors_fails()
    {
        var most = Plan.Requests.Length / 100;

        Assert.True(Of(RoundKit.Seen(Plan, 10, refused: most)).Passed);
        var result = Of(RoundKit.Seen(Plan, 10, refused: most + 1));
        Assert.Equal(["errors"], result.Breaches.Select(breach => breach.Limit));
        Assert.True(result.ErrorPercent > 1m);
    }

    [Fact]
    public void A_plugin_that_never_answers_fails()
    {
        var seen = RoundKit.Seen(Plan, 10);
        var silent = seen.Answers.Select(answer => new AnswerSample(answer.EventType, false, null));

        Assert.Equal(["answers", "errors"], Of(seen with { Answers = [.. silent] }).Breaches.Select(breach => breach.Limit));
    }

    [Fact]
    public void A_canary_that_comes_back_blocks_although_every_limit_is_kept()
    {
        var result = Of(RoundKit.Seen(Plan, 10, canaries: ["answer to order.created"]));

        Assert.Empty(result.Breaches);
        Assert.False(result.Passed);
        var finding = Assert.Single(result.Findings);
        Assert.Equal(
            (RoundFinding.CanarySeen, FindingSeverity.Blocking, "answer to order.created"),
            (finding.Rule, finding.Severity, finding.Subject)
        );
    }

    [Fact]
    public void A_declared_scope_that_is_not_used_is_a_finding_unless_it_is_justified()
    {
        var seen = RoundKit.Seen(Plan, 10) with { Calls = ImmutableSortedDictionary<string, long>.Empty };
        var unused = Of(seen);
        var justified = Of(seen, RoundKit.None.Add("orders.flag", "Only when a seller asks."));

        Assert.Equal(["orders.read"], unused.ScopesExercised);
        Assert.Equal(["orders.flag"], unused.ScopesUnused);
        Assert.True(unused.Passed);
        Assert.Equal(FindingSeverity.Review, Assert.Single(unused.Findings).Severity);
        Assert.Equal(
            (FindingSeverity.Note, "Only when a seller asks."),
            (justified.Findings.Single().Severity, justified.Findings.Single().Evidence)
        );
        Assert.Equal(["orders.flag", "orders.read"], Of(RoundKit.Seen(Plan, 10)).ScopesExercised);
    }

    [Fact]
    public void A_plugin_without_an_endpoint_shows_by_calls_that_it_works()
    {
        var plan = RoundPlan.Of(RoundKit.Subject() with { Webhook = null }, RoundKit.Policy, 1, RoundKit.Operations);
        var seen = RoundKit.Seen(plan, 10);

        Assert.True(RoundResult.Of(plan, RoundKit.Policy.Limits, seen, RoundKit.None).Passed);
        var idle = seen with { Calls = ImmutableSortedDictionary<string, long>.Empty };
        Assert.Equal(["calls"], RoundResult.Of(plan, RoundKit.Policy.Limits, idle, RoundKit.None).Breaches.Select(breach => breach.Limit));
    }
}
