using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

/// <summary>What a diagnosis finds of the events on their way to a plugin.</summary>
public sealed class DeliveryCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly DeliveryEndpoint Endpoint = new(new Uri("https://plugin.example/hooks"), DeliveryOrdering.PerOrder, 1, 5);
    private static readonly DeliverySetup Pushed = DeliverySetup.None with { Endpoint = Endpoint, Version = 1 };
    private static readonly DeliveryEvidence Well = new(Pushed, true, false, 0, 0, 0)
    {
        LastAcknowledgedAt = Now,
        Days = [Day(10_000, 10_000, 0)],
    };

    [Fact]
    public void Where_all_is_well_nothing_is_found() => Assert.Empty(Diagnose(Well));

    [Fact]
    public void A_plugin_that_never_fetched_an_event_does_without_and_lacks_nothing()
    {
        var unused = Well with
        {
            Setup = DeliverySetup.None,
            IsUsed = false,
            Backlog = 1_000,
            OldestOwedAt = Now.AddDays(-9),
            Days = [Day(10, 0, 0)],
        };

        Assert.Empty(Diagnose(unused));
        Assert.Equal(["deliveries-lag", "accuracy-below-target"], Diagnose(unused with { IsUsed = true }).Select(finding => finding.Code));
    }

    [Theory]
    [InlineData(ParkReasons.Gone, "410")]
    [InlineData(ParkReasons.Exhausted, "three days")]
    [InlineData(ParkReasons.TooManyDeadLetters, "given up")]
    public void A_parked_address_is_named_with_its_reason_and_the_call_that_goes_on(string reason, string words)
    {
        var parked = Well with
        {
            Setup = Pushed with { Parking = new DeliveryParking(Now.AddHours(-3), reason) },
            BrokenSince = Now.AddHours(-9),
            Waiting = 4,
            OldestOwedAt = Now.AddHours(-9),
        };
        var finding = Assert.Single(Diagnose(parked));

        Assert.Equal(("endpoint-parked", FindingForce.StopsSome), (finding.Code, finding.Force));
        Assert.Contains(words, finding.Cause.En, StringComparison.Ordinal);
        Assert.Equal(
            ("seller", "POST", "/seller/v1/installations/s-1/p/sync/resume"),
            (finding.Fix.By, finding.Fix.Method, finding.Fix.Href)
        );
    }

    [Fact]
    public void A_failing_address_is_named_with_its_last_error_and_its_effects_are_not()
    {
        var failing = Well with
        {
            BrokenSince = Now.AddMinutes(-10),
            LastError = SendErrors.Timeout,
            Waiting = 3,
            OldestOwedAt = Now.AddHours(-2),
            Backlog = 9,
        };
        var finding = Assert.Single(Diagnose(failing));

        Assert.Equal("endpoint-failing", finding.Code);
        Assert.Contains("timeout", finding.Cause.En, StringComparison.Ordinal);
        Assert.Equal("plugin.example", finding.Evidence["host"]);
        Assert.DoesNotContain(finding.Evidence.Values, value => value.Contains("hooks", StringComparison.Ordinal));
    }

    [Fact]
    public void Single_events_that_fail_and_dead_letters_are_two_causes_and_the_lost_ones_come_first()
    {
        var findings = Diagnose(Well with { Waiting = 2, DeadLetters = 1, LastError = SendErrors.Status });

        Assert.Equal(["dead-letters", "events-waiting"], Likelihood.Order(findings, []).Select(finding => finding.Code));
        Assert.Equal(
            ("/seller/v1/installations/s-1/p/sync/replay", """{"dead_letters":true}"""),
            (findings[0].Fix.Href, findings[0].Fix.Body)
        );
    }

    [Fact]
    public void Dead_letters_are_named_by_their_orders_each_once_with_the_reason_of_the_last()
    {
        ImmutableArray<DeadEvent> dead =
        [
            new(7, "order/o-1", Now.AddHours(-2), 10, SendErrors.Timeout),
            new(8, "order/o-1", Now.AddHours(-1), 10, SendErrors.Status),
            new(9, "product/lamp", Now.AddHours(-3), 10, SendErrors.Tls),
            .. Enumerable.Range(10, 30).Select(seq => new DeadEvent(seq, $"order/o-{seq}", Now.AddHours(-4), 10, SendErrors.Timeout)),
        ];
        var finding = Assert.Single(Diagnose(Well with { DeadLetters = dead.Length, Dead = dead }));

        Assert.Equal(["o-1", .. Enumerable.Range(10, Finding.MaxOrders - 1).Select(seq => $"o-{seq}")], finding.AffectedOrders);
        Assert.Equal(
            ("33", "status", "2026-11-23T03:00:00.0000000+00:00"),
            (finding.Evidence["dead_letters"], finding.Evidence["given_up_for"], finding.Evidence["given_up_at"])
        );
        Assert.Contains("33", finding.Cause.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000, 9_997, 0, false)]
    [InlineData(10_000, 9_996, 0, true)]
    [InlineData(10_000, 10_000, 3, false)]
    [InlineData(10_000, 10_000, 4, true)]
    public void Less_than_99_97_percent_in_time_is_alarming(long owed, long acknowledged, long late, bool alarms)
    {
        var day = Day(owed, acknowledged, late);

        Assert.Equal(alarms, day.Alarms(overdue: true));
        Assert.Equal(
            alarms,
            Diagnose(Well with { Days = [day], OldestOwedAt = Now - DeliveryFigures.Target - TimeSpan.FromTicks(1) })
                .Any(finding => finding.Code == "accuracy-below-target")
        );
    }

    [Fact]
    public void What_is_on_its_way_and_not_late_yet_is_no_error_of_a_running_day()
    {
        var running = Well with { Days = [Day(10, 9, 0)], OldestOwedAt = Now - DeliveryFigures.Target };

        Assert.Empty(Diagnose(running).Where(finding => finding.Code != "deliveries-lag"));
        Assert.Contains(Diagnose(running with { OldestOwedAt = running.OldestOwedAt.Value.AddTicks(-1) }), finding =>
            finding.Code == "accuracy-below-target"
        );
    }

    [Fact]
    public void More_than_2_3_hours_on_average_is_alarming_also_of_the_day_before()
    {
        var slow = Day(10, 10, 0) with { Day = Today.AddDays(-1), FreshnessMean = DeliveryFigures.Target + TimeSpan.FromSeconds(1) };
        var findings = Diagnose(Well with { Days = [slow, Day(10, 10, 0) with { FreshnessMean = DeliveryFigures.Target }] });

        Assert.Equal(("freshness-above-target", FindingForce.Advises), (Assert.Single(findings).Code, findings[0].Force));
        Assert.Contains("day=2026-11-22", findings[0].Fix.Action.En, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_installation_does_not_run_what_waits_is_no_fault_of_the_deliveries() =>
        Assert.Empty(Diagnose(Well with { IsStopped = true, Waiting = 3, OldestOwedAt = Now.AddDays(-2), Days = [Day(10, 5, 0)] }));

    private static ImmutableArray<Finding> Diagnose(DeliveryEvidence delivery)
    {
        var evidence = new DiagnosisEvidence(InstallationId.Parse("s-1/p", null), Now)
        {
            Answered = EvidenceSources.Delivery,
            Delivery = delivery,
        };
        return
        [
            .. DiagnosisChecks
                .All.Where(check => check.Needs == EvidenceSources.Delivery)
                .SelectMany(check => check.Run(evidence).Findings),
        ];
    }

    private static DeliveryFigures Day(long owed, long acknowledged, long late) =>
        new(Today, owed, acknowledged, late, 0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
}
