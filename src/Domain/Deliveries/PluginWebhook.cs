using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>
/// A plugin's endpoint for all its installations without one of their own: the fold of the facts of <c>plugin-webhook/{plugin}</c>. Each
/// installation keeps its own cursor, order, breaker and log for it.
/// </summary>
/// <param name="Setup">Endpoint and secrets; never parked, without replays.</param>
/// <param name="Revision">
/// The version at which an endpoint was last set, or deliveries were resumed for all; installations parked before it continue.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.plugin-webhook")]
public sealed record PluginWebhook([property: Id(0)] DeliverySetup Setup, [property: Id(1)] long Revision)
{
    /// <summary>Before the first fact.</summary>
    public static PluginWebhook None { get; } = new(DeliverySetup.None, 0);

    /// <summary>Number of facts; an older state never replaces a newer one.</summary>
    public long Version => Setup.Version;

    /// <summary>Decides a command: set, remove, rotate, or resume for all; an empty list means nothing to change.</summary>
    public Outcome<ImmutableArray<DeliveryFact>> Decide(DeliveryCommand command) =>
        command switch
        {
            DeliveryCommand.SetEndpoint or DeliveryCommand.RemoveEndpoint or DeliveryCommand.RotateSecret => DeliveryRules.Decide(
                Setup,
                command
            ),
            DeliveryCommand.Resume when Setup.Endpoint is null => DeliveryRefusals.NoSharedEndpoint(),
            // Only the installations know which of them are parked, so always record it.
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
