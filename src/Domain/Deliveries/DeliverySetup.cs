using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>
/// What was decided about an installation's deliveries: the fold of its journal facts. How far they are is in the delivery log.
/// </summary>
/// <param name="Endpoint">Where to push; null if the plugin pulls.</param>
/// <param name="Secrets">What requests are signed with, newest last; retired ones are kept until they are replaced.</param>
/// <param name="Parking">Set while deliveries stand still.</param>
/// <param name="Replays">Asked for and not known to be finished, oldest first.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.setup")]
public sealed record DeliverySetup(
    [property: Id(0)] DeliveryEndpoint? Endpoint,
    [property: Id(1)] ImmutableArray<EndpointSecret> Secrets,
    [property: Id(2)] DeliveryParking? Parking,
    [property: Id(3)] ImmutableArray<ReplayRequest> Replays,
    [property: Id(4)] long Version
)
{
    /// <summary>Before the first fact: the plugin pulls.</summary>
    public static DeliverySetup None { get; } = new(null, [], null, [], 0);

    /// <summary>The revision of the plugin's endpoint, if that is in force in place of one of the installation's own; null else.</summary>
    [Id(5)]
    public long? SharedRevision { get; init; }

    /// <summary>What is in force: the installation's own endpoint, else the plugin's.</summary>
    public DeliverySetup With(PluginWebhook shared)
    {
        ArgumentNullException.ThrowIfNull(shared);
        return Endpoint is not null
            ? this
            : this with
            {
                Endpoint = shared.Setup.Endpoint,
                Secrets = shared.Setup.Secrets,
                Parking = shared.Setup.Endpoint is not null && Parking?.Revision >= shared.Revision ? Parking : null,
                SharedRevision = shared.Setup.Endpoint is null ? null : shared.Revision,
            };
    }

    /// <summary>The secrets that sign at an instant; the newest always does.</summary>
    public ImmutableArray<EndpointSecret> SecretsAt(DateTimeOffset now) =>
        [.. Secrets.Where(secret => secret.RetiresAt is null || now < secret.RetiresAt)];

    /// <summary>Folds one event.</summary>
    public DeliverySetup Evolve(DeliveryFact @event, DateTimeOffset at)
    {
        var next = this with { Version = Version + 1 };
        return @event switch
        {
            DeliveryFact.EndpointSet set => next with
            {
                Endpoint = set.Endpoint,
                Parking = null,
                Secrets = set.Secret is { } secret ? [secret] : Secrets,
            },
            DeliveryFact.EndpointRemoved => next with { Endpoint = null, Secrets = [], Parking = null, Replays = [] },
            DeliveryFact.SecretRotated rotated => next with
            {
                // Each signs until the instant that was promised for it; only the newest had none so far.
                Secrets =
                [
                    .. SecretsAt(at).Select(secret => secret.RetiresAt is null ? secret with { RetiresAt = rotated.OldUntil } : secret),
                    rotated.Secret,
                ],
            },
            DeliveryFact.DeliveriesParked parked => next with
            {
                Parking = new DeliveryParking(at, parked.Reason) { Revision = parked.Revision ?? 0 },
            },
            DeliveryFact.DeliveriesResumed => next with { Parking = null },
            DeliveryFact.ReplayRequested requested => next with { Replays = Replays.Add(requested.Replay) },
            DeliveryFact.ReplayFinished finished => next with { Replays = Replays.RemoveAll(replay => replay.Id == finished.Replay) },
            DeliveryFact.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }
}
