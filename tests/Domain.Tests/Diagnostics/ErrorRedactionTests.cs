using System.Reflection;
using Marketplace.Diagnostics;
using Xunit;

namespace Marketplace.Domain.Tests.Diagnostics;

public sealed class ErrorRedactionTests
{
    private static readonly ErrorEntry Full = new(1, DateTimeOffset.UnixEpoch, "orders.get", "spend-cap", 429)
    {
        Scope = "orders.read",
        Rule = "spend-cap",
        Reason = "The next call would pass the cap of 12.000 CNY.",
        FixBy = "seller",
        FixAction = "Raise the cap.",
        Counter = "spend",
        Limit = 12m,
        Used = 11.99m,
        ResetsAt = DateTimeOffset.UnixEpoch.AddDays(30),
        Duration = TimeSpan.FromMilliseconds(3),
        Order = "order-1",
        TokenId = "token-1",
        Address = "192.0.2.7",
        Upstream = "carrier",
    };

    [Fact]
    public void The_sample_has_every_member() => Assert.All(Members(), member => Assert.NotNull(member.GetValue(Full)));

    [Fact]
    public void The_operator_sees_all() => Assert.Equal(Full, ErrorRedaction.For(ErrorReader.Operator, Full));

    [Fact]
    public void The_seller_sees_no_internals_of_the_developer() =>
        Assert.Equal(["Address", "Duration", "Rule", "TokenId", "Upstream"], Hidden(ErrorReader.Seller, Full));

    [Fact]
    public void The_developer_sees_nothing_of_the_sellers_business() =>
        Assert.Equal(["Address", "Limit", "Order", "Reason", "Used"], Hidden(ErrorReader.Developer, Full));

    [Fact]
    public void The_developer_sees_the_counters_that_are_no_money() =>
        Assert.Equal(["Address", "Order", "Reason"], Hidden(ErrorReader.Developer, Full with { Counter = "daily" }));

    private static string[] Hidden(ErrorReader reader, ErrorEntry entry)
    {
        var seen = ErrorRedaction.For(reader, entry);
        return [.. Members().Where(member => member.GetValue(seen) is null).Select(member => member.Name).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<PropertyInfo> Members() =>
        typeof(ErrorEntry).GetProperties().Where(member => member.CanWrite && member.DeclaringType == typeof(ErrorEntry));
}
