using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public class SubscriptionTests
{
    private static readonly PluginId Plugin = PluginId.Parse("label-printer", null);
    private static readonly SubscriptionTerms Terms = new(BilingualText.Same("Terms"), 499m, 3);
    private static readonly ActorRole Owner = ActorRole.OfUser(SellerRole.Owner);
    private static readonly DateOnly Start = new(2026, 11, 10);

    [Fact]
    public void The_parts_of_a_month_add_up_to_its_price_however_it_is_divided() =>
        Gen.Select(Gen.Int[29_900, 189_900], Gen.Date[new(2024, 1, 1), new(2030, 12, 31)], Gen.Int[0, 30].HashSet[0, 12])
            .Sample(
                (fen, date, cuts) =>
                {
                    var month = new DateOnly(date.Year, date.Month, 1);
                    var end = SubscriptionRules.EndOfMonth(month);
                    var (from, sum) = (month, 0m);
                    foreach (var cut in cuts.Order().Select(cut => month.AddDays(cut)).Where(cut => cut < end))
                    {
                        sum += SubscriptionCharges.PriceOf(fen / 100m, from, cut);
                        from = cut.AddDays(1);
                    }

                    Assert.Equal(fen / 100m, sum + SubscriptionCharges.PriceOf(fen / 100m, from, end));
                }
            );

    [Fact]
    public void No_path_bills_a_day_twice_a_day_of_the_trial_or_a_day_behind_the_end() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 20])
            .Array[1, 14]
            .Sample(steps =>
            {
                var (state, today, subscribed, free) = (Subscription.None, Start, new HashSet<DateOnly>(), new HashSet<DateOnly>());
                var first = true;
                foreach (var (kind, days, trial) in steps)
                {
                    for (var day = today; day < today.AddDays(days); day = day.AddDays(1))
                    {
                        Note(state, day, subscribed);
                    }

                    today = today.AddDays(days);
                    SubscriptionCommand command =
                        kind < 2
                            ? new SubscriptionCommand.Subscribe(Terms, Terms.Monthly, trial)
                            : new SubscriptionCommand.Cancel(kind == 2, null);
                    var decided = SubscriptionRules.Decide(state, command, Owner, today);
                    if (decided.Refusal is null)
                    {
                        if (first && kind < 2)
                        {
                            free.UnionWith(Enumerable.Range(0, trial).Select(today.AddDays));
                            first = false;
                        }

                        state = decided.Value.Aggregate(state, Subscription.Evolve);
                        Note(state, today, subscribed);
                    }
                }

                for (var day = today; day < today.AddDays(70); day = day.AddDays(1))
                {
                    Note(state, day, subscribed);
                }

                var billed = Months().SelectMany(month => Billed(state, month)).ToArray();
                Assert.Equal(billed.Length, billed.Distinct().Count());
                Assert.DoesNotContain(billed, free.Contains);
                Assert.All(billed.Where(day => day < today.AddDays(70)), day => Assert.Contains(day, subscribed));
                foreach (var month in Months())
                {
                    Assert.Equal(
                        Spans(Billed(state, month)).Sum(span => SubscriptionCharges.PriceOf(Terms.Monthly, span.From, span.To)),
                        Lines(state, month).Sum(line => line.Amount.Amount)
                    );
                }
            });

    [Fact]
    public void The_facts_alone_make_the_same_bill()
    {
        var state = Subscription.None;
        var facts = new List<(string Type, ReadOnlyMemory<byte> Payload)>();
        Do(new SubscriptionCommand.Subscribe(Terms, 499m, 7), Start);
        Do(new SubscriptionCommand.Cancel(true, "盘点"), new DateOnly(2026, 12, 5));
        Do(new SubscriptionCommand.Subscribe(Terms with { Monthly = 899m, PriceVersion = 4 }, 899m, 7), new DateOnly(2026, 12, 20));

        var again = facts.Aggregate(Subscription.None, (before, fact) =>
            Subscription.Evolve(before, SubscriptionEvent.Decode(fact.Type, fact.Payload))
        );
        Assert.Equal(state.Spans, again.Spans);
        Assert.Equal(
            [
                (new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 31), 499m, 3),
                (new DateOnly(2026, 12, 6), new DateOnly(2026, 12, 31), -418.516m, 3),
                (new DateOnly(2026, 12, 20), new DateOnly(2026, 12, 31), 348m, 4),
            ],
            Lines(again, new DateOnly(2026, 12, 1)).Select(line => (line.From, line.To, line.Amount.Amount, line.PriceVersion))
        );

        void Do(SubscriptionCommand command, DateOnly today)
        {
            var decided = SubscriptionRules.Decide(state, command, Owner, today);
            Assert.Null(decided.Refusal);
            facts.AddRange(decided.Value.Select(@event => (@event.Type, @event.Encode())));
            state = decided.Value.Aggregate(state, Subscription.Evolve);
        }
    }

    [Fact]
    public void A_trial_that_is_cancelled_costs_nothing_and_comes_once()
    {
        var state = Done(Subscription.None, new SubscriptionCommand.Subscribe(Terms, 499m, 7), Start);
        Assert.Equal(Start.AddDays(7), state.Last!.BilledFrom);
        state = Done(state, new SubscriptionCommand.Cancel(false, null), Start.AddDays(3));
        Assert.Equal(Start.AddDays(3), state.Last!.To);
        Assert.Empty(Lines(state, new DateOnly(2026, 11, 1)));

        state = Done(state, new SubscriptionCommand.Subscribe(Terms, 499m, 7), Start.AddDays(20));
        Assert.Equal(Start.AddDays(20), state.Last!.BilledFrom);
    }

    [Theory]
    [InlineData(true, 13)]
    [InlineData(false, 30)]
    public void Subscribed_again_in_a_paid_month_it_ends_with_the_month_or_gives_the_rest_back(bool atOnce, int lastDay)
    {
        var paid = Done(Subscription.None, new SubscriptionCommand.Subscribe(Terms, 499m, 0), new DateOnly(2026, 11, 10));
        var ended = Done(paid, new SubscriptionCommand.Cancel(false, null), new DateOnly(2026, 11, 11));
        var again = Done(ended, new SubscriptionCommand.Subscribe(Terms, 499m, 0), new DateOnly(2026, 11, 12));

        var state = Done(again, new SubscriptionCommand.Cancel(atOnce, null), new DateOnly(2026, 11, 13));

        Assert.Equal(new DateOnly(2026, 11, lastDay), state.Last!.To);
        var price = SubscriptionCharges.PriceOf(499m, new DateOnly(2026, 11, 10), new DateOnly(2026, 11, lastDay));
        Assert.Equal(price, Lines(state, new DateOnly(2026, 11, 1)).Sum(line => line.Amount.Amount));
        Assert.Empty(Lines(state, new DateOnly(2026, 12, 1)));
        var later = Done(state, new SubscriptionCommand.Subscribe(Terms, 499m, 0), new DateOnly(2026, 11, 20));
        Assert.Equal(new DateOnly(2026, 11, atOnce ? 20 : 1).AddMonths(atOnce ? 0 : 1), later.Last!.BilledFrom);
    }

    [Fact]
    public void An_upgrade_is_billed_from_its_first_day_and_has_no_trial()
    {
        var upgrade = new SubscriptionCommand.Subscribe(Terms, 499m, 7) { BilledNotBefore = Start.AddDays(1) };

        Assert.Equal(Start.AddDays(1), Done(Subscription.None, upgrade, Start).Last!.BilledFrom);
    }

    [Fact]
    public void A_price_that_the_seller_was_not_shown_one_out_of_range_and_a_role_that_may_not_are_refused()
    {
        Assert.Equal(SubscriptionRefusals.SubscriptionPriceChanged, Refused(new SubscriptionCommand.Subscribe(Terms, 498m, 0), Owner));
        Assert.Equal(
            SubscriptionRefusals.SubscriptionInvalid,
            Refused(new SubscriptionCommand.Subscribe(Terms with { Monthly = 298m }, 298m, 0), Owner)
        );
        Assert.Equal(
            SubscriptionRefusals.SubscriptionInvalid,
            Refused(new SubscriptionCommand.Subscribe(Terms with { Monthly = 1_900m }, 1_900m, 0), Owner)
        );
        foreach (var role in new[] { ActorRole.SellerCenter, ActorRole.OfUser(SellerRole.Staff), ActorRole.Operator, default })
        {
            Assert.Equal(SellerRefusals.RoleNotAllowed, Refused(new SubscriptionCommand.Subscribe(Terms, 499m, 0), role));
        }

        Assert.Equal(SubscriptionRefusals.SubscriptionNotFound, Refused(new SubscriptionCommand.Cancel(true, null), Owner));
        Assert.Equal(SellerRefusals.RoleNotAllowed, Refused(new SubscriptionCommand.Cancel(true, null), default));
    }

    private static string Refused(SubscriptionCommand command, ActorRole role) =>
        SubscriptionRules.Decide(Subscription.None, command, role, Start).Refusal!.Code;

    private static Subscription Done(Subscription state, SubscriptionCommand command, DateOnly today) =>
        SubscriptionRules.Decide(state, command, Owner, today).Value.Aggregate(state, Subscription.Evolve);

    private static void Note(Subscription state, DateOnly day, HashSet<DateOnly> subscribed)
    {
        if (state.Spans.Any(span => span.Covers(day)))
        {
            subscribed.Add(day);
        }
    }

    private static ImmutableArray<SubscriptionLine> Lines(Subscription state, DateOnly month) =>
        SubscriptionCharges.Of(Plugin, "terms", state, month);

    private static IEnumerable<DateOnly> Months() => Enumerable.Range(0, 24).Select(new DateOnly(2026, 11, 1).AddMonths);

    // The days of a month that are charged and not given back.
    private static IEnumerable<DateOnly> Billed(Subscription state, DateOnly month)
    {
        var days = new List<DateOnly>();
        foreach (var line in Lines(state, month))
        {
            for (var day = line.From; day <= line.To; day = day.AddDays(1))
            {
                if (line.IsCredit)
                {
                    Assert.True(days.Remove(day));
                }
                else
                {
                    days.Add(day);
                }
            }
        }

        return days.Order();
    }

    private static IEnumerable<(DateOnly From, DateOnly To)> Spans(IEnumerable<DateOnly> days)
    {
        (DateOnly From, DateOnly To)? open = null;
        foreach (var day in days)
        {
            if (open is { } span && span.To.AddDays(1) == day)
            {
                open = (span.From, day);
                continue;
            }

            if (open is { } ended)
            {
                yield return ended;
            }

            open = (day, day);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}
