using System.Reflection;
using Marketplace.Cluster.Tests.Timing;
using Marketplace.Grains.Journal;
using Orleans.Metadata;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Subscribers of the audit streams do not stay in memory for long: some have an activation for each seller.</summary>
public sealed class SubscriberLifetimeTests(DeadlineCluster cluster) : IClassFixture<DeadlineCluster>
{
    public static TheoryData<string> Subscribers =>
        [
            .. typeof(AuditSubscriber)
                .Assembly.GetTypes()
                .Where(type => type.IsSubclassOf(typeof(AuditSubscriber)) && !type.IsAbstract)
                .Select(type => type.GetCustomAttribute<GrainTypeAttribute>()!.GetGrainType(null!, type).ToString()!),
        ];

    [Theory]
    [MemberData(nameof(Subscribers))]
    public void A_subscriber_that_has_nothing_to_do_is_given_up_after_ten_minutes(string type) =>
        Assert.Equal("00:10:00", cluster.PropertiesOf(type)[WellKnownGrainTypeProperties.IdleDeactivationPeriod]);
}
