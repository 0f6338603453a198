using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests;

public sealed class RefusalFactTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 12, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Problem documents and refusals of the last release have these names and texts.</summary>
    public static TheoryData<string, Refusal> Written =>
        new()
        {
            { "scope=orders.read or products.read", QuotaRefusals.Scope(ScopeNeed.Any("orders.read", "products.read")) },
            { "scope=products.write, expired_at=2026-11-02T12:00:00.0000000+08:00", QuotaRefusals.ScopeExpired("products.write", At) },
            {
                "scopes=orders.flag products.write, confirmation=c",
                InstallationRefusals.BroaderGrant(["orders.flag", "products.write"], "c")
            },
            { "phase=disabled, allowed=enable", InstallationRefusals.StateForbids("pause", InstallationPhase.Disabled, ["enable"]) },
            { "allowed=owner or finance", SellerRefusals.Role(SellerRole.Owner, SellerRole.Finance) },
            { "versions=2026-01, 2026-06", SchemaRefusals.Unknown(["2026-01", "2026-06"]) },
            { "head=1234567", SyncRefusals.CursorAhead(1_234_567) },
            { "", SyncRefusals.ForeignCursor() },
        };

    [Theory, MemberData(nameof(Written))]
    public void Facts_are_written_as_texts(string facts, Refusal refusal) =>
        Assert.Equal(facts, string.Join(", ", refusal.Evidence!.Select(fact => $"{fact.Key}={fact.Value}")));

    [Fact]
    public void Facts_are_read_as_they_were_written()
    {
        var refusal = InstallationRefusals.StateForbids("pause", InstallationPhase.Running, ["pause", "disable"]);
        Assert.True(refusal.TryGet(RefusalFacts.AllowedCommands, out var allowed));
        Assert.Equal(["pause", "disable"], allowed);
        Assert.True(QuotaRefusals.ScopeExpired("products.write", At).TryGet(RefusalFacts.ExpiredAt, out var since));
        Assert.Equal((At, At.Offset), (since, since.Offset));
        Assert.True(QuotaRefusals.Scope("orders.read").TryGet(RefusalFacts.Scope, out var need));
        Assert.Equal("orders.read", need.OnlyScope);
    }

    [Fact]
    public void A_fact_that_is_not_there_is_not_read()
    {
        Assert.False(QuotaRefusals.Token().TryGet(RefusalFacts.Scope, out _));
        Assert.False(QuotaRefusals.Region(DataRegion.Parse("eu"), DataRegion.Parse("cn")).TryGet(RefusalFacts.Scopes, out _));
    }
}
