using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>A plugin's endpoint and the deliveries that use it, over silos that end.</summary>
public sealed class PluginWebhookGrainTests(DeliveryCluster cluster) : IClassFixture<DeliveryCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_that_was_not_in_memory_when_it_was_set_sends_there_from_its_cursor_on()
    {
        var id = await cluster.Install(push: false);
        await cluster.Append(id, "a");
        await cluster.Deactivate(id);
        await Execute(id, Set(id));
        await End(Grain(id));
        await cluster.Append(id, "b");

        await Arrive(id, 2);
        var status = (await cluster.Delivery(id).GetStatus(Token))!;
        Assert.Equal((1L, "k1"), (status.Setup.SharedRevision, Assert.Single(status.Setup.Secrets).Id));
    }

    [Fact]
    public async Task A_parking_at_it_outlives_a_restart_and_ends_when_deliveries_are_resumed_for_all()
    {
        var id = await cluster.Install(push: false);
        cluster.Receivers.Answers[$"/{id}"] = _ => SendErrors.Gone;
        await cluster.Delivery(id).Share(await Execute(id, Set(id)));
        await cluster.Append(id, "a");
        await Eventually.Holds(
            async () => (await cluster.Delivery(id).GetStatus(Token))!.Setup.Parking?.Reason == ParkReasons.Gone,
            "it is parked"
        );
        await cluster.Deactivate(id);
        await cluster.Append(id, "b");
        Assert.NotNull((await cluster.Delivery(id).GetStatus(Token))!.Setup.Parking);
        Assert.Empty(cluster.Receivers.Of(id));

        cluster.Receivers.Answers.TryRemove($"/{id}", out _);
        var resumed = await Execute(id, new DeliveryCommand.Resume());
        await cluster.Deactivate(id);
        await cluster.Delivery(id).Share(resumed);
        await Arrive(id, 2);
        Assert.Null((await cluster.Delivery(id).GetStatus(Token))!.Setup.Parking);
    }

    [Fact]
    public async Task What_was_told_late_does_not_replace_what_is_newer_and_a_repeat_changes_nothing()
    {
        var id = await cluster.Install(push: false);
        var by = new Initiator(ActorId.Parse("tests"), OperationId.Parse("one"));
        var first = (await Grain(id).Execute(Set(id), by, Token)).Value!;
        var removed = await Execute(id, new DeliveryCommand.RemoveEndpoint());
        await cluster.Delivery(id).Share(removed);
        await cluster.Delivery(id).Share(first);
        Assert.Null((await cluster.Delivery(id).GetStatus(Token))!.Setup.Endpoint);

        Assert.Equal(removed.Version, (await Grain(id).Execute(Set(id), by, Token)).Value!.Version);
        Assert.Equal("idempotency-key-reused", (await Grain(id).Execute(new DeliveryCommand.RemoveEndpoint(), by, Token)).Refusal?.Code);
    }

    private static DeliveryCommand.SetEndpoint Set(InstallationId id) =>
        new(
            new DeliveryEndpoint(new Uri($"https://plugin.example/{id}"), DeliveryOrdering.PerOrder, 1, 5),
            new EndpointSecret("k1", "sealed", DateTimeOffset.UnixEpoch, null)
        );

    private IPluginWebhookGrain Grain(InstallationId id) =>
        cluster.Cluster.Client.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(id.Plugin));

    private static async Task End(IGrain grain) => await grain.Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private async Task<PluginWebhook> Execute(InstallationId id, DeliveryCommand command)
    {
        var outcome = await Grain(id)
            .Execute(command, new Initiator(ActorId.Parse("tests"), OperationId.Parse(Guid.NewGuid().ToString("N"))), Token);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private Task Arrive(InstallationId id, int count) =>
        Eventually.Holds(() => cluster.Receivers.Of(id).Count >= count, $"{count} events of {id}");
}
