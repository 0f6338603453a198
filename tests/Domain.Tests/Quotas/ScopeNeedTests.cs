using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Quotas;

/// <summary>Operations that any one of several scopes opens.</summary>
public sealed class ScopeNeedTests
{
    private static readonly DateTimeOffset Now = MeterKit.At("2026-11-23 12:00");
    private static readonly ScopeNeed Need = ScopeNeed.Any(EventScopes.All);

    [Theory]
    [InlineData("orders.read")]
    [InlineData("logistics.read")]
    [InlineData("products.read")]
    [InlineData("products.read", "orders.flag")]
    public void Any_one_of_them_will_do(params string[] granted) => Assert.Null(With(granted).Judge(Need, Now));

    [Theory]
    [InlineData]
    [InlineData("orders.flag")]
    [InlineData("orders")]
    [InlineData("or")]
    public void None_of_them_is_refused_with_all_their_names(params string[] granted)
    {
        var refusal = With(granted).Judge(Need, Now);

        Assert.Equal(QuotaRefusals.ScopeMissing, refusal?.Code);
        Assert.Equal("logistics.read or orders.read or products.read", refusal!.Evidence!["scope"]);
    }

    [Fact]
    public void A_need_of_one_scope_is_not_opened_by_another() =>
        Assert.Equal(QuotaRefusals.ScopeMissing, With("orders.read").Judge("products.read", Now)?.Code);

    [Fact]
    public void One_that_has_ended_does_not_shut_another_that_has_not()
    {
        var ended = With("orders.read", "products.read") with
        {
            ScopesUntil = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("orders.read", Now),
        };

        Assert.Null(ended.Judge(Need, Now));
        Assert.Equal(QuotaRefusals.ScopeExpiredCode, ended.Judge("orders.read", Now)?.Code);
    }

    [Fact]
    public void Of_several_that_are_shut_the_one_that_was_or_will_be_open_is_named()
    {
        var ended = With("products.read") with
        {
            ScopesUntil = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("products.read", Now),
        };
        var pending = With() with { PendingScopes = ["orders.read"] };

        Assert.Equal((QuotaRefusals.ScopeExpiredCode, "products.read"), Named(ended.Judge(Need, Now)));
        Assert.Equal((QuotaRefusals.ScopePending, "orders.read"), Named(pending.Judge(Need, Now)));
    }

    [Fact]
    public void A_need_is_read_as_it_was_written()
    {
        var single = ScopeNeed.Parse("orders.read");
        Assert.Equal("logistics.read or orders.read or products.read", Need.ToString());
        Assert.Equal(Need, ScopeNeed.Parse(Need.ToString()));
        Assert.Equal(EventScopes.All, ScopeNeed.Parse(Need.ToString()).Scopes);
        Assert.Equal(["orders.read"], single.Scopes);
        Assert.Equal((null, "orders.read"), (Need.OnlyScope, single.OnlyScope));
        Assert.NotEqual(Need, single);
    }

    [Fact]
    public void The_meter_lets_a_call_through_that_one_of_them_opens()
    {
        var meter = MeterKit.Meter(MeterKit.Entitled(), Now);
        var intent = MeterKit.Call(1) with { Scope = Need.ToString() };

        Assert.IsType<Reservation.Granted>(meter.Reserve(intent, Now));
        meter.Entitle(MeterKit.Entitled(version: 2) with { Scopes = ["orders.flag"] });
        Assert.Equal(
            QuotaRefusals.ScopeMissing,
            Assert.IsType<Reservation.Refused>(meter.Reserve(intent with { CallId = 2 }, Now)).Refusal.Code
        );
    }

    private static (string Code, string Scope) Named(Refusal? refusal) => (refusal!.Code, refusal.Evidence!["scope"]);

    private static Entitlement With(params string[] granted) => MeterKit.Entitled() with { Scopes = [.. granted] };
}
