using Marketplace.Billing;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Marketplace.Quotas;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Billing;

/// <summary>Moves the clock, so it has a cluster of its own.</summary>
public sealed class UsageStatisticsTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static readonly string[] Operations = ["orders.get", "orders.list", "orders.track"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_statistics_are_what_a_recount_of_the_ledger_says_whenever_they_are_asked()
    {
        var id = await cluster.Install();
        var random = new Random(20_261_123);
        for (var step = 0; step < 120; step++)
        {
            // The day's quota is ten calls; some are refused.
            var intent = cluster.Intent() with { Operation = OperationName.Parse(Operations[random.Next(random.Next(1, 4))]) };
            if (await cluster.Gates[step % 2].Reserve(id, intent, Token) is Reservation.Granted)
            {
                await QuotaCluster.Settle(cluster.Gates[step % 2], id, intent);
            }

            cluster.Time.Advance(TimeSpan.FromHours(random.Next(0, 14)));
            if (random.Next(6) == 0)
            {
                await Compare(id);
            }

            if (random.Next(10) == 0)
            {
                await End(id);
            }
        }

        await Compare(id);
        Assert.True(cluster.Ledger.RowsOf(id).DistinctBy(row => row.Day).Count() > UsageStatistics.CountedDays / 2);
    }

    [Fact]
    public async Task An_installation_without_calls_has_empty_statistics()
    {
        var id = await cluster.Install();
        var statistics = await Grain(id).Read(Token);
        Assert.Empty(statistics.Operations);
        Assert.Equal(UsageStatistics.CountedDays - 1, statistics.To.DayNumber - statistics.From.DayNumber);
    }

    private async Task Compare(InstallationId id)
    {
        var statistics = await Grain(id).Read(Token);
        var calls = cluster
            .Ledger.RowsOf(id)
            .SelectMany(row =>
                UsageBody.Decode(row.Body, row.Count).Entries.Select(entry => (row.Day, Operation: entry.Operation.Value, entry.At))
            )
            .ToLookup(call => call.Operation);

        Assert.Equal(
            calls.Select(operation => operation.Key).Order(StringComparer.Ordinal),
            statistics.Operations.Select(operation => operation.Operation.Value)
        );
        Assert.All(statistics.Operations, operation =>
        {
            Assert.Equal(calls[operation.Operation.Value].Max(call => call.At), operation.LastUsedAt);
            Assert.Equal(
                calls[operation.Operation.Value]
                    .Where(call => call.Day >= statistics.From)
                    .CountBy(call => call.Day)
                    .OrderBy(day => day.Key)
                    .Select(day => (day.Key, (long)day.Value)),
                operation.Days.Select(day => (day.Key, day.Value))
            );
        });
    }

    private async Task End(InstallationId id) => await Grain(id).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private IUsageStatisticsGrain Grain(InstallationId id) =>
        cluster.Cluster.Client.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(id));
}
