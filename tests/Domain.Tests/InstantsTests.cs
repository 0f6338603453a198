using Xunit;

namespace Marketplace.Domain.Tests;

public sealed class InstantsTests
{
    private static readonly DateTimeOffset First = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Second = First.AddTicks(1);

    [Fact]
    public void The_order_of_the_two_does_not_matter()
    {
        Assert.Equal((First, First), (Instants.Earlier(First, Second), Instants.Earlier(Second, First)));
        Assert.Equal((Second, Second), (Instants.Later(First, Second), Instants.Later(Second, First)));
        Assert.Equal((Second, Second), (Instants.Later(First, Maybe(Second)), Instants.Later(Second, Maybe(First))));
    }

    [Fact]
    public void Beside_no_instant_it_is_the_other_one()
    {
        Assert.Equal((First, First), (Instants.Earlier(null, First), Instants.Later(null, First)));
        Assert.Equal((First, First), (Instants.Later(null, Maybe(First)), Instants.Later(First, Maybe(null))));
        Assert.Null(Instants.Later(null, Maybe(null)));
    }

    private static DateTimeOffset? Maybe(DateTimeOffset? instant) => instant;
}
