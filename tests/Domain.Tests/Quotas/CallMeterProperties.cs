using CsCheck;
using Marketplace.Billing;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

public sealed class CallMeterProperties
{
    private static readonly BurstLimit Burst = new(4, 2);

    [Fact]
    public void Whatever_happens_the_counter_decides_as_the_oracle_and_its_ledger_verifies() =>
        MeterStep.Any.Sample(steps => MeterRun.Of(MeterKit.Entitled(burst: Burst, cap: 0.11m), steps), iter: 3_000, print: Print);

    [Fact]
    public void No_month_costs_more_than_its_spend_cap() =>
        MeterStep.Steady.Sample(
            steps =>
            {
                var months = MeterRun
                    .Of(MeterKit.Entitled(cap: 0.11m), steps)
                    .Ledger.GroupBy(row => row.Day)
                    .GroupBy(
                        day => (day.Key.Year, day.Key.Month),
                        day => MeterKit.SmallBook.Rate(0, day.Max(row => row.Cumulative)).Amount
                    );
                Assert.All(months, month => Assert.True(month.Sum() <= 0.11m));
            },
            iter: 1_000,
            print: Print
        );

    [Fact]
    public void A_key_is_billed_once_in_24_hours() =>
        MeterStep.Steady.Sample(
            steps =>
            {
                var entries = MeterRun
                    .Of(MeterKit.Entitled(), steps)
                    .Ledger.SelectMany(row => UsageBody.Decode(row.Body, row.Count).Entries);
                foreach (var uses in entries.Where(entry => entry.Key is not null).GroupBy(entry => entry.Key!.Key, entry => entry.At))
                {
                    var sorted = uses.Order().ToArray();
                    Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromHours(24)));
                }
            },
            iter: 1_000,
            print: Print
        );

    [Fact]
    public void In_any_stretch_of_time_no_more_calls_pass_than_capacity_and_refill() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 7], Gen.Int[0, 900].Array[1, 80])
            .Sample(
                (capacity, perSecond, waits) =>
                {
                    var now = MeterKit.At("2026-11-23 12:00");
                    var meter = MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard, new BurstLimit(capacity, perSecond)), now);
                    var passed = new List<DateTimeOffset>();
                    for (var i = 0; i < waits.Length; i++)
                    {
                        now = now.AddMilliseconds(waits[i]);
                        if (meter.Reserve(MeterKit.Call(i), now) is Reservation.Granted)
                        {
                            passed.Add(now);
                        }
                    }

                    for (var i = 0; i < passed.Count; i++)
                    {
                        for (var j = i; j < passed.Count; j++)
                        {
                            Assert.True(j - i + 1 <= capacity + (perSecond * (passed[j] - passed[i]).TotalSeconds) + 1e-6);
                        }
                    }
                }
            );

    [Fact]
    public void Who_sleeps_exactly_until_retry_at_after_a_burst_passes() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 97], Gen.Int[0, 700].Array[1, 80])
            .Sample(
                (capacity, perSecond, waits) =>
                {
                    var now = MeterKit.At("2026-11-23 12:00");
                    var meter = MeterKit.Meter(MeterKit.Entitled(PriceBook.Standard, new BurstLimit(capacity, perSecond)), now);
                    for (var i = 0; i < waits.Length; i++)
                    {
                        now = now.AddTicks(waits[i] * 997);
                        if (
                            meter.Reserve(MeterKit.Call(2 * i), now) is Reservation.Refused
                            {
                                Refusal: { Code: QuotaRefusals.BurstExceeded, RetryAt: { } retryAt }
                            }
                        )
                        {
                            now = retryAt;
                            Assert.IsType<Reservation.Granted>(meter.Reserve(MeterKit.Call((2 * i) + 1), now));
                        }
                    }
                }
            );

    private static string Print(MeterStep[] steps) => string.Join(", ", steps.Select(step => $"{step.Kind}({step.A},{step.B})"));
}
