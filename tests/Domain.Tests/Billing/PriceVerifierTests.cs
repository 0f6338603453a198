using Marketplace.Billing;
using Marketplace.Domain.Tests.Installations;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>The prices of each day of the ledger against the journal's facts about the plugin (R52).</summary>
public class PriceVerifierTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);
    private static readonly PriceBook Second = new(2, [new(1_000, 0m), new(20_000, 0.010m)]);

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(1, 2, "price-differs")]
    [InlineData(5, 2, null)]
    [InlineData(5, 1, "price-differs")]
    [InlineData(9, 2, null)]
    public void Each_day_is_compared_with_the_version_announced_for_it(int day, int version, string? finding)
    {
        var announced = new PriceAnnounced(2, Money.BillingCurrency, Second.Tiers, Monday.AddDays(5));

        var findings = Verify(
            [Registered(PriceBook.Standard, 0), Fact(2, announced, 0)],
            Row(day, version == 1 ? PriceBook.Standard : Second)
        );

        Assert.Equal(finding, findings.SingleOrDefault()?.Code);
    }

    [Fact]
    public void Other_prices_under_the_right_number_are_found()
    {
        var cheaper = new PriceBook(1, [new(1_000, 0m), new(20_000, 0.001m)]);

        var finding = Assert.Single(Verify([Registered(PriceBook.Standard, 0)], Row(3, cheaper)));

        Assert.Equal(("price-differs", Monday.AddDays(3)), (finding.Code, finding.Day));
    }

    [Theory]
    [InlineData(3, 1, true)]
    [InlineData(4, 1, true)]
    [InlineData(4, 2, true)]
    [InlineData(5, 1, true)]
    [InlineData(5, 2, true)]
    [InlineData(6, 1, false)]
    [InlineData(6, 2, true)]
    public void A_registration_holds_from_the_next_day_of_each_installation(int day, int version, bool right)
    {
        var facts = new[] { Registered(PriceBook.Standard, 0), Registered(Second, 4, 2) };

        Assert.Equal(right, Verify(facts, Row(day, version == 1 ? PriceBook.Standard : Second)).Count == 0);
    }

    [Fact]
    public void A_plugin_without_facts_is_not_judged() => Assert.Empty(Verify([], Row(1, Second)));

    [Fact]
    public void A_priced_row_of_a_sandbox_round_is_found_behind_a_real_sellers_with_the_same_prices()
    {
        var round = Row(3, PriceBook.Standard, new InstallationId(SellerId.Parse("sandbox.0123.1", null), InstallationKit.Id.Plugin));

        var finding = Assert.Single(Verify([Registered(PriceBook.Standard, 0)], Row(3, PriceBook.Standard), round));

        Assert.Equal(("price-differs", round.Row.Installation.ToString()), (finding.Code, finding.Key));
    }

    private static List<Finding> Verify(IEnumerable<JournalFact> facts, params IEnumerable<RatedRow> rows)
    {
        var findings = new List<Finding>();
        var verifier = new PriceVerifier(findings.Add, MarketCalendar.Shanghai);
        foreach (var row in rows)
        {
            verifier.Add(row);
        }

        foreach (var fact in facts)
        {
            verifier.Add(fact);
        }

        verifier.Complete();
        return findings;
    }

    private static RatedRow Row(int day, PriceBook prices, InstallationId? installation = null)
    {
        UsageEntry[] entries = [new(1, OperationName.Parse("orders.get"), InstallationKit.Noon, 200, null)];
        var body = new UsageBody([new Tally(OperationName.Parse("orders.get"), 0, 1)], entries);
        var opening = new DayOpening(UsageRow.Genesis, prices).Encode();
        var row = new UsageRow(installation ?? InstallationKit.Id, Monday.AddDays(day), 1, 1, 1, false, body.Encode(), opening, default);
        return new RatedRow(row.ChainedTo(UsageRow.Genesis), body, prices);
    }

    private static JournalFact Registered(PriceBook prices, int day, long version = 1) =>
        Fact(version, InstallationKit.Profile(["orders.read"], []) with { Prices = prices }, day);

    private static JournalFact Fact(long version, IJournalEvent @event, int day) =>
        JournalFact.Following(
            version - 1,
            JournalFact.Genesis,
            $"plugin/{InstallationKit.Id.Plugin}",
            OperationId.Parse($"operation-{version}"),
            ActorId.Parse("test"),
            MarketCalendar.Shanghai.StartOf(Monday.AddDays(day)).AddHours(12),
            @event.Type,
            @event.Encode(),
            null,
            default,
            null
        );
}
