using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>The rules of an installation's delivery setup.</summary>
public static class DeliveryRules
{
    /// <summary>Maximum replays in progress.</summary>
    public const int MaxReplays = 10;

    /// <summary>Maximum secrets that sign at once: every message carries a signature for each.</summary>
    public const int MaxSecrets = 10;

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    /// <param name="own">The installation's own setup.</param>
    /// <param name="shared">The plugin's endpoint, in force where the installation has none.</param>
    /// <param name="command">The command.</param>
    public static Outcome<ImmutableArray<DeliveryFact>> Decide(DeliverySetup own, PluginWebhook shared, DeliveryCommand command)
    {
        ArgumentNullException.ThrowIfNull(own);
        return command switch
        {
            DeliveryCommand.SetEndpoint or DeliveryCommand.RemoveEndpoint => Decide(own, command),
            DeliveryCommand.RotateSecret when own.With(shared).SharedRevision is not null => DeliveryRefusals.NoOwnEndpoint(),
            _ => Decide(own.With(shared), command),
        };
    }

    /// <summary>Decides a command by the setup alone.</summary>
    public static Outcome<ImmutableArray<DeliveryFact>> Decide(DeliverySetup setup, DeliveryCommand command) =>
        command switch
        {
            DeliveryCommand.SetEndpoint set => Set(setup, set),
            DeliveryCommand.RemoveEndpoint => If(setup.Endpoint is not null, new DeliveryFact.EndpointRemoved()),
            _ when setup.Endpoint is null => DeliveryRefusals.NoEndpoint(),
            DeliveryCommand.RotateSecret rotate => Rotate(setup, rotate),
            DeliveryCommand.Park park => If(
                setup.Parking is null,
                new DeliveryFact.DeliveriesParked(park.Reason) { Revision = setup.SharedRevision }
            ),
            DeliveryCommand.Resume => If(setup.Parking is not null, new DeliveryFact.DeliveriesResumed()),
            DeliveryCommand.Replay replay => Replay(setup, replay.Request),
            DeliveryCommand.FinishReplay finish => If(
                setup.Replays.Any(known => known.Id == finish.Id),
                new DeliveryFact.ReplayFinished(finish.Id, finish.Sent, finish.Failed)
            ),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    private static Outcome<ImmutableArray<DeliveryFact>> Set(DeliverySetup setup, DeliveryCommand.SetEndpoint set)
    {
        var endpoint = set.Endpoint;
        if (endpoint.BatchSize is < 1 or > DeliveryEndpoint.MaxBatchSize)
        {
            return DeliveryRefusals.Invalid("batch_size", $"1 to {DeliveryEndpoint.MaxBatchSize}");
        }

        if (endpoint.TimeoutSeconds is < 1 or > DeliveryEndpoint.MaxTimeoutSeconds)
        {
            return DeliveryRefusals.Invalid("timeout_seconds", $"1 to {DeliveryEndpoint.MaxTimeoutSeconds}");
        }

        if (!endpoint.Types.IsDefaultOrEmpty && !endpoint.Types.All(type => EventTypes.All.Contains(type, StringComparer.Ordinal)))
        {
            return DeliveryRefusals.Invalid("types", "a list of event types, as each event's 'type' has them");
        }

        // Setting the endpoint again unparks it: the caller asserts that it is available.
        return If(
            setup.Endpoint != endpoint || setup.Parking is not null,
            new DeliveryFact.EndpointSet(endpoint, setup.Secrets.IsEmpty ? set.NewSecret : null)
        );
    }

    /// <summary>Older secrets keep signing as long as promised, so a rotation is refused when too many would sign.</summary>
    private static Outcome<ImmutableArray<DeliveryFact>> Rotate(DeliverySetup setup, DeliveryCommand.RotateSecret rotate)
    {
        var now = rotate.NewSecret.MadeAt;
        var promised = setup.SecretsAt(now).Count(secret => (secret.RetiresAt ?? rotate.OldUntil) > now);
        return promised >= MaxSecrets
            ? DeliveryRefusals.TooManySecrets(MaxSecrets)
            : If(true, new DeliveryFact.SecretRotated(rotate.NewSecret, rotate.OldUntil));
    }

    private static Outcome<ImmutableArray<DeliveryFact>> Replay(DeliverySetup setup, ReplayRequest request)
    {
        if (request.FromSeq < 1 || request.ToSeq < request.FromSeq)
        {
            return DeliveryRefusals.Invalid("from_seq", "at least 1, and at most to_seq");
        }

        return setup.Replays.Length >= MaxReplays
            ? DeliveryRefusals.TooManyReplays(MaxReplays)
            : If(true, new DeliveryFact.ReplayRequested(request));
    }

    private static Outcome<ImmutableArray<DeliveryFact>> If(bool changes, DeliveryFact @event) =>
        changes ? ImmutableArray.Create(@event) : ImmutableArray<DeliveryFact>.Empty;
}
