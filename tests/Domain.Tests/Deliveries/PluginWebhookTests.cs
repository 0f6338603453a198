using Marketplace.Deliveries;
using Xunit;

namespace Marketplace.Domain.Tests.Deliveries;

/// <summary>Which endpoint is in force, and what a parking at the plugin's is worth.</summary>
public sealed class PluginWebhookTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly DeliveryEndpoint Endpoint = new(new Uri("https://plugin.example/all"), DeliveryOrdering.PerOrder, 1, 5);
    private static readonly EndpointSecret Secret = new("sec_1", "sealed", Now, null);

    private static PluginWebhook Shared => PluginWebhook.None.Evolve(new DeliveryFact.EndpointSet(Endpoint, Secret), Now);

    [Fact]
    public void An_installations_own_endpoint_wins_and_without_any_it_pulls()
    {
        var own = DeliverySetup.None.Evolve(
            new DeliveryFact.EndpointSet(Endpoint with { BatchSize = 9 }, Secret with { Id = "sec_own" }),
            Now
        );

        Assert.Equal(own, own.With(Shared));
        Assert.Equal(
            (Endpoint, "sec_1", 1L),
            (
                DeliverySetup.None.With(Shared).Endpoint,
                DeliverySetup.None.With(Shared).Secrets[0].Id,
                DeliverySetup.None.With(Shared).SharedRevision
            )
        );
        Assert.Null(DeliverySetup.None.With(PluginWebhook.None).Endpoint);
        Assert.Equal(
            DeliveryRefusals.EndpointMissing,
            DeliveryRules.Decide(DeliverySetup.None, Shared, new DeliveryCommand.RotateSecret(Secret, Now)).Refusal?.Code
        );
        Assert.Empty(DeliveryRules.Decide(DeliverySetup.None, Shared, new DeliveryCommand.RemoveEndpoint()).Value);
    }

    [Fact]
    public void A_parking_holds_for_the_endpoint_at_which_it_came_and_not_for_the_next_nor_after_resuming_for_all()
    {
        var fact = Assert.Single(DeliveryRules.Decide(DeliverySetup.None, Shared, new DeliveryCommand.Park(ParkReasons.Gone)).Value);
        var parked = DeliverySetup.None.Evolve(DeliveryFact.Decode(fact.Type, fact.Encode()), Now);
        Assert.Equal(ParkReasons.Gone, parked.With(Shared).Parking?.Reason);

        var rotated = Shared.Evolve(new DeliveryFact.SecretRotated(Secret with { Id = "sec_2" }, Now), Now);
        var resumed = rotated.Evolve(Assert.Single(rotated.Decide(new DeliveryCommand.Resume()).Value), Now);
        var moved = Shared.Evolve(new DeliveryFact.EndpointSet(Endpoint with { BatchSize = 2 }, null), Now);
        Assert.NotNull(parked.With(rotated).Parking);
        Assert.Null(parked.With(resumed).Parking);
        Assert.Null(parked.With(moved).Parking);
        Assert.Null(parked.With(PluginWebhook.None).Parking);
        Assert.Equal(DeliveryRefusals.EndpointMissing, PluginWebhook.None.Decide(new DeliveryCommand.Resume()).Refusal?.Code);
    }
}
