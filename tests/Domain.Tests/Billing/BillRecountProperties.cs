using CsCheck;
using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class BillRecountProperties
{
    [Fact]
    public void The_bill_counted_call_by_call_is_the_rate_of_each_days_calls() =>
        History.Any.Sample(history =>
        {
            var findings = History.Verify(history.Rows, out _, out var bills);

            var expected = history
                .Rows.GroupBy(row => row.Day)
                .Select(day =>
                    (
                        Month: new DateOnly(day.Key.Year, day.Key.Month, 1),
                        Total: DayOpening.Decode(day.First().Opening).Prices.Rate(0, day.Last().Cumulative)
                    )
                );
            Assert.Empty(findings);
            Assert.Equal(
                expected
                    .GroupBy(day => (day.Month, day.Total.Currency))
                    .Select(bill => (bill.Key.Month, bill.Key.Currency, bill.Sum(day => day.Total.Amount)))
                    .Order(),
                bills.Select(bill => (bill.Month, bill.Total.Currency, bill.Total.Amount)).Order()
            );
        });

    [Fact]
    public void Each_recounted_day_has_the_lines_of_its_last_rows_tally() =>
        History.Any.Sample(history =>
        {
            var days = new List<RecountedDay>();
            var recount = new BillRecount(finding => Assert.Fail(finding.ToString()), days.Add);
            var verifier = new LedgerVerifier(finding => Assert.Fail(finding.ToString()));
            foreach (var row in history.Rows)
            {
                recount.Add(verifier.Add(row)!);
            }

            recount.Complete();
            Assert.Equal(history.DaysWithRows, days.Count);
            foreach (var day in days)
            {
                var rows = history.Rows.Where(row => row.Day == day.Day).ToArray();
                var prices = DayOpening.Decode(rows[0].Opening).Prices;
                var tallies = UsageBody.Decode(rows[^1].Body, rows[^1].Count).Tallies;
                Assert.Equal(
                    tallies
                        .Select(tally =>
                            (
                                prices.TierName(tally.Tier),
                                tally.Operation.Value,
                                tally.Calls,
                                prices.Tiers[tally.Tier].UnitPrice * tally.Calls
                            )
                        )
                        .Order(),
                    day.Lines.Select(line => (line.Tier, line.Operation.Value, line.Calls, line.Amount.Amount)).Order()
                );
            }
        });
}
