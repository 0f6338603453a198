using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Domain.Tests.Risk;

public sealed class RiskReplayTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly Dictionary<string, string> Writes = new()
    {
        ["products.patch"] = "products.write",
        ["orders.flag"] = "orders.flag",
    };

    private UInt128 _calls;

    [Fact]
    public void A_dry_run_names_what_would_have_been_held_from_which_call_on()
    {
        var rules = new RiskRuleSet(
            1,
            [RiskKit.NewVerb with { BaselineDays = 5, BaselineCalls = 50, Mode = RiskMode.Observe }, RiskKit.Burst, RiskKit.Purpose]
        );
        var replay = new RiskReplay(InstallationId.Parse("s/p", null), rules, Writes, Today.AddDays(-1), Today);
        for (var day = Today.AddDays(-10); day <= Today; day = day.AddDays(1))
        {
            replay.Begin(day);
            for (var i = 0; i < 10; i++)
            {
                replay.Add(day, Entry("orders.get", day, i * 600));
            }

            replay.Add(day, Entry("products.patch", day, 7_000));
        }

        var flag = Entry("orders.flag", Today, 8_000);
        replay.Add(Today, flag);
        replay.Add(Today, Entry("orders.flag", Today, 8_100));
        var patches = Enumerable.Range(0, 5).Select(i => Entry("products.patch", Today, 9_000 + i)).ToArray();
        foreach (var patch in patches)
        {
            replay.Add(Today, patch);
        }

        var run = replay.Result();
        Assert.Equal((27L + 2, 9L), (run.Calls, run.Writes));
        Assert.Equal(
            [
                new DryRunHold("new-verb", OperationName.Parse("orders.flag"), flag.At, flag.CallId, 2),
                new DryRunHold("burst", OperationName.Parse("products.patch"), patches[3].At, patches[3].CallId, 2),
            ],
            run.Held
        );
        Assert.Equal([new DryRunGap("purpose", 9)], run.NotJudged);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(399, 0)]
    public void A_verb_that_only_failed_is_still_new(int status, int held)
    {
        var replay = new RiskReplay(
            InstallationId.Parse("s/p", null),
            new RiskRuleSet(1, [RiskKit.NewVerb with { BaselineDays = 1, BaselineCalls = 1 }]),
            Writes,
            Today,
            Today
        );
        replay.Begin(Today.AddDays(-1));
        replay.Add(Today.AddDays(-1), Entry("orders.flag", Today.AddDays(-1), 0) with { Status = status });
        replay.Begin(Today);
        replay.Add(Today, Entry("orders.flag", Today, 0));
        Assert.Equal(held, replay.Result().Held.Length);
    }

    [Fact]
    public void A_rule_that_is_off_is_not_tried()
    {
        var replay = new RiskReplay(
            InstallationId.Parse("s/p", null),
            new RiskRuleSet(1, [RiskKit.Burst with { Mode = RiskMode.Off, Threshold = 1 }]),
            Writes,
            Today,
            Today
        );
        replay.Begin(Today);
        for (var i = 0; i < 5; i++)
        {
            replay.Add(Today, Entry("products.patch", Today, i));
        }

        Assert.Empty(replay.Result().Held);
        Assert.Empty(replay.Result().NotJudged);
    }

    private UsageEntry Entry(string operation, DateOnly day, int seconds) =>
        new(
            ++_calls,
            OperationName.Parse(operation),
            new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.FromHours(8)).AddSeconds(seconds),
            200,
            null
        );
}
