using System.Text;
using Marketplace.Journal;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Domain.Tests.Risk;

/// <summary>What stands in journals since before a decider had a type.</summary>
public sealed class RiskEventTests
{
    private static readonly ActorId Owner = ActorId.Parse("seller-center:li-lei");

    [Fact]
    public void A_decision_keeps_its_form_in_the_journal()
    {
        Keeps(
            new RiskEvent.HoldConfirmed("h1", Owner, null, DateTimeOffset.UnixEpoch, 1.5m),
            """{"hold":"h1","by":"seller-center:li-lei","until":"1970-01-01T00:00:00+00:00","score":1.5,"type":"hold-confirmed"}"""
        );
        Keeps(
            new RiskEvent.HoldRejected("h1", Owner, "no", 2),
            """{"hold":"h1","by":"seller-center:li-lei","reason":"no","score":2,"type":"hold-rejected"}"""
        );
        Keeps(
            new RiskEvent.HoldReversed("h1", Owner, null, "rejected", 0),
            """{"hold":"h1","by":"seller-center:li-lei","was":"rejected","score":0,"type":"hold-reversed"}"""
        );
    }

    private static void Keeps(RiskEvent decision, string json)
    {
        Assert.Equal(json, Encoding.UTF8.GetString(decision.Encode().Span));
        Assert.Equal(decision, RiskEvent.Decode(decision.Type, decision.Encode()));
    }
}
