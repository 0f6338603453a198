using System.Collections.Immutable;

namespace Marketplace.Deliveries;

/// <summary>An installation's delivery settings: the fold of its journal facts. Progress is in the delivery log.</summary>
/// <param name="Endpoint">Where to push; null if the plugin pulls.</param>
/// <param name="Secrets">Secrets for signing requests, newest last; retired ones are kept until replaced.</param>
/// <param name="Parking">Set while deliveries are suspended.</param>
/// <param name="Replays">Requested and not known to be finished, oldest first.</param>
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

    /// <summary>The revision of the plugin's endpoint, if it is in force in place of the installation's own; null otherwise.</summary>
    [Id(5)]
    public long? SharedRevision { get; init; }

    /// <summary>The setup in force: the installation's own endpoint, else the plugin's.</summary>
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

    /// <summary>The secrets that sign at an instant; always includes the newest.</summary>
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
                // Each signs until its promised instant; only the newest had none so far.
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
