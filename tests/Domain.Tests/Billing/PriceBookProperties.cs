using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class PriceBookProperties
{
    public static Gen<PriceBook> Book { get; } =
        Gen.Select(Gen.Int[1, 4_000], Gen.Int[0, 500])
            .Array[1, 5]
            .Select(steps =>
            {
                var upTo = 0L;
                return new PriceBook(3, [.. steps.Select(step => new PriceTier(upTo += step.Item1, step.Item2 / 1_000m))]);
            });

    private static readonly Gen<PriceBook> Any = Gen.OneOf(Book, Gen.Const(PriceBook.Standard));

    [Fact]
    public void Rating_up_to_a_and_from_a_to_b_is_rating_up_to_b() =>
        Gen.Select(Any, Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000])
            .Sample(
                (book, x, y) =>
                {
                    var a = Math.Min(x % (book.DailyLimit + 1), y % (book.DailyLimit + 1));
                    var b = Math.Max(x % (book.DailyLimit + 1), y % (book.DailyLimit + 1));
                    return book.Rate(0, a) + book.Rate(a, b) == book.Rate(0, b);
                }
            );

    [Fact]
    public void Every_call_lies_in_exactly_one_tier() =>
        Gen.Select(Any, Gen.Long[0, 1_000_000])
            .Sample(
                (book, x) =>
                {
                    var number = 1 + (x % book.DailyLimit);
                    var tiers = Enumerable
                        .Range(0, book.Tiers.Length)
                        .Where(tier => number > (tier == 0 ? 0 : book.Tiers[tier - 1].UpTo) && number <= book.Tiers[tier].UpTo);
                    Assert.Equal(book.TierOf(number), Assert.Single(tiers));
                    Assert.Equal(book.PriceOf(number), book.Rate(number - 1, number));
                }
            );

    [Fact]
    public void The_prices_of_the_single_calls_add_up_to_the_rate_for_every_number_of_calls()
    {
        var book = PriceBook.Standard;
        var sum = Money.Cny(0);
        for (var number = 1L; number <= 20_000; number++)
        {
            sum += book.PriceOf(number);
            Assert.Equal(book.Rate(0, number), sum);
        }
    }

    [Fact]
    public void Bounds_that_do_not_rise_and_negative_prices_make_no_book()
    {
        Assert.Throws<ArgumentException>(() => new PriceBook(1, []));
        Assert.Throws<ArgumentException>(() => new PriceBook(1, ImmutableArray.Create(new PriceTier(0, 0m))));
        Assert.Throws<ArgumentException>(() => new PriceBook(1, [new PriceTier(5, 0m), new PriceTier(5, 0m)]));
        Assert.Throws<ArgumentException>(() => new PriceBook(1, [new PriceTier(5, -0.001m)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PriceBook(0, [new PriceTier(5, 0m)]));
    }
}
