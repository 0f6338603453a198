using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Cluster.Tests.Quotas;

/// <summary>Moves the clock, so it has a cluster of its own.</summary>
public sealed class DayChangeTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    [Fact]
    public async Task Midnight_in_Shanghai_opens_the_next_day_and_a_call_under_way_stays_in_its_own()
    {
        var token = TestContext.Current.CancellationToken;
        var id = await cluster.Install();
        cluster.Time.SetUtcNow(new DateTimeOffset(2026, 11, 23, 15, 59, 59, TimeSpan.Zero));
        for (var i = 0; i < 9; i++)
        {
            await cluster.Call(cluster.Gates[i % 2], id);
        }

        var late = cluster.Intent();
        Assert.IsType<Reservation.Granted>(await cluster.Gates[0].Reserve(id, late, token));
        var refused = Assert.IsType<Reservation.Refused>(await cluster.Gates[1].Reserve(id, cluster.Intent(), token));
        Assert.Equal(
            (QuotaRefusals.QuotaExceeded, new DateTimeOffset(2026, 11, 23, 16, 0, 0, TimeSpan.Zero)),
            (refused.Refusal.Code, refused.Refusal.ResetsAt)
        );

        cluster.Time.SetUtcNow(refused.Refusal.ResetsAt!.Value);
        var next = await cluster.Call(cluster.Gates[1], id);
        var settled = await QuotaCluster.Settle(cluster.Gates[0], id, late);

        Assert.Equal((new DateOnly(2026, 11, 24), 1), (next.Call!.Value.Day, next.Call.Value.Number));
        Assert.Equal((new DateOnly(2026, 11, 23), 10), (settled.Call!.Value.Day, settled.Call.Value.Number));
        Assert.Equal([9L + 1, 1], cluster.VerifiedRows(id).GroupBy(row => row.Day).Select(day => day.Max(row => row.Cumulative)));
    }
}
