using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>
/// A plugin's endpoint for all its installations that have none of their own: the fold of the facts of <c>plugin-webhook/{plugin}</c>. Each
/// installation keeps its own cursor, order, breaker and log towards it.
/// </summary>
/// <param name="Setup">Endpoint and secrets; never parked, and without replays.</param>
/// <param name="Revision">The version at which an endpoint was last set, or deliveries to it resumed for all; what was parked before it
/// goes on.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.plugin-webhook")]
public sealed record PluginWebhook([property: Id(0)] DeliverySetup Setup, [property: Id(1)] long Revision)
{
    /// <summary>Before the first fact.</summary>
    public static PluginWebhook None { get; } = new(DeliverySetup.None, 0);

    /// <summary>Number of facts; an older state never replaces a newer one.</summary>
    public long Version => Setup.Version;

    /// <summary>Decides a command: setting, removing, rotating, or resuming for all; an empty list means that it is so already.</summary>
    public Outcome<ImmutableArray<DeliveryFact>> Decide(DeliveryCommand command) =>
        command switch
        {
            DeliveryCommand.SetEndpoint or DeliveryCommand.RemoveEndpoint or DeliveryCommand.RotateSecret => DeliveryRules.Decide(
                Setup,
                command
            ),
            DeliveryCommand.Resume when Setup.Endpoint is null => DeliveryRefusals.NoSharedEndpoint(),
            // Which installations are parked, only they know.
            DeliveryCommand.Resume => ImmutableArray.Create<DeliveryFact>(new DeliveryFact.DeliveriesResumed()),
            _ => throw new InvalidOperationException($"A plugin's endpoint does not take {command.GetType().Name}."),
        };

    /// <summary>Folds one fact.</summary>
    public PluginWebhook Evolve(DeliveryFact @event, DateTimeOffset at)
    {
        var setup = Setup.Evolve(@event, at);
        return new PluginWebhook(setup, @event is DeliveryFact.EndpointSet or DeliveryFact.DeliveriesResumed ? setup.Version : Revision);
    }
}
