using Marketplace.Billing;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Billing;

/// <summary>Counters report the shares of their limits, and each becomes one fact of the seller (10 calls a day, 3 of them free).</summary>
public sealed class UsageAlertTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_share_is_one_fact_however_often_the_counter_is_loaded()
    {
        var id = await cluster.Install();
        string[] facts = [];
        foreach (
            var (calls, reached) in new[]
            {
                (2, "free-tier-threshold 50"),
                (1, "free-tier-threshold 100"),
                (2, "quota-threshold 50"),
                (2, "quota-threshold 70"),
            }
        )
        {
            await Calls(id, calls);
            facts = [.. facts, reached];
            await Facts(id, facts);
        }

        await cluster.Deactivate(id);
        await cluster.Gone(id);
        await Calls(id, 2);
        await Facts(id, [.. facts, "quota-threshold 90"]);
        await Calls(id, 1);

        await Facts(id, [.. facts, "quota-threshold 90", "quota-threshold 100"]);
    }

    [Fact]
    public async Task Each_cap_has_shares_of_its_own_that_are_recorded_without_a_further_call()
    {
        var id = await cluster.Install();
        await Settings(id).Set(NotificationSettings.Standard with { Quota = [], FreeTier = [] }, cluster.By(), Token);
        await cluster.Execute(id, new InstallationCommand.ChangeSettings(null, 0.100m));
        await Calls(id, 6);
        await Facts(id, "spend-threshold 50");

        await cluster.Execute(id, new InstallationCommand.ChangeSettings(null, 0.080m));
        await Facts(id, "spend-threshold 50", "spend-threshold 70");
        await cluster.Execute(id, new InstallationCommand.ChangeSettings(null, 0.090m));
        await Facts(id, "spend-threshold 50", "spend-threshold 70", "spend-threshold 50");
        await cluster.Execute(id, new InstallationCommand.ChangeSettings(null, 0.070m));

        await Facts(id, "spend-threshold 50", "spend-threshold 70", "spend-threshold 50", "spend-threshold 100");
    }

    private INotificationSettingsGrain Settings(InstallationId id) =>
        cluster.Cluster.Client.GetGrain<INotificationSettingsGrain>(GrainKeys.NotificationSettings(id.Seller));

    private async Task Calls(InstallationId id, int count)
    {
        for (var call = 0; call < count; call++)
        {
            await QuotaCluster.WhenAvailable(() => cluster.Call(cluster.Gates[call % 2], id));
        }
    }

    private Task<string[]> Facts(InstallationId id, params string[] expected) =>
        Eventually.Get(
            async () =>
                (await Journal(GrainKeys.UsageAlerts(id)))
                    .Select(fact => $"{fact.Type} {UsageThreshold.Decode(fact.Payload).Percent}")
                    .ToArray(),
            facts => facts.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)),
            $"the alerts are {string.Join(", ", expected)}"
        );

    private async Task<List<JournalFact>> Journal(string entity)
    {
        var facts = new List<JournalFact>();
        await foreach (var fact in cluster.Journal.Read(entity, 0, Token))
        {
            facts.Add(fact);
        }

        return facts;
    }
}
