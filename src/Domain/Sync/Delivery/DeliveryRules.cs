using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Audit;

namespace Marketplace.Sync.Delivery;

/// <summary>The rules of an installation's delivery setup.</summary>
public static class DeliveryRules
{
    /// <summary>Replays that may be under way at once.</summary>
    public const int MaxReplays = 10;

    /// <summary>Decides a command; an empty list means that it is so already.</summary>
    public static Outcome<ImmutableArray<DeliveryFact>> Decide(DeliverySetup setup, DeliveryCommand command) => command switch
    {
        DeliveryCommand.SetEndpoint set => Set(setup, set),
        DeliveryCommand.RemoveEndpoint => If(setup.Endpoint is not null, new DeliveryFact.EndpointRemoved()),
        _ when setup.Endpoint is null => DeliveryRefusals.NoEndpoint(),
        DeliveryCommand.RotateSecret rotate => If(true, new DeliveryFact.SecretRotated(rotate.NewSecret, rotate.OldUntil)),
        DeliveryCommand.Park park => If(setup.Parking is null, new DeliveryFact.DeliveriesParked(park.Reason)),
        DeliveryCommand.Resume => If(setup.Parking is not null, new DeliveryFact.DeliveriesResumed()),
        DeliveryCommand.Replay replay => Replay(setup, replay.Request),
        DeliveryCommand.FinishReplay finish => If(
            setup.Replays.Any(known => known.Id == finish.Id), new DeliveryFact.ReplayFinished(finish.Id, finish.Sent, finish.Failed)),
        _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
    };

    /// <summary>True if the fact is what the command led to: a repeat of an operation id must be the same command.</summary>
    public static bool LedTo(this DeliveryCommand command, DeliveryFact happened) => (happened, command) switch
    {
        (DeliveryFact.EndpointSet was, DeliveryCommand.SetEndpoint wanted) => was.Endpoint == wanted.Endpoint,
        (DeliveryFact.EndpointRemoved, DeliveryCommand.RemoveEndpoint) => true,
        (DeliveryFact.SecretRotated, DeliveryCommand.RotateSecret) => true,
        (DeliveryFact.DeliveriesResumed, DeliveryCommand.Resume) => true,
        // A replay's id stands for the operation and all that was asked with it; an end that was left open is another one at each repeat.
        (DeliveryFact.ReplayRequested was, DeliveryCommand.Replay wanted) => was.Replay.Id == wanted.Request.Id
            || was.Replay with { Id = string.Empty, At = default } == wanted.Request with { Id = string.Empty, At = default },
        (DeliveryFact.NothingChanged was, _) => was == command.Nothing(),
        _ => false,
    };

    /// <summary>What is kept of a command that found everything as it wants it; null for what only the marketplace does by itself.</summary>
    public static DeliveryFact.NothingChanged? Nothing(this DeliveryCommand command) => command switch
    {
        DeliveryCommand.SetEndpoint set => Of("set-endpoint", set.Endpoint.Url.OriginalString, set.Endpoint.Ordering.ToString(), Text(set.Endpoint.BatchSize), Text(set.Endpoint.TimeoutSeconds)),
        DeliveryCommand.RemoveEndpoint => Of("remove-endpoint"),
        DeliveryCommand.Resume => Of("resume"),
        _ => null,
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

        // Naming the endpoint again takes it out of its parking: somebody says that it is there.
        return If(
            setup.Endpoint != endpoint || setup.Parking is not null,
            new DeliveryFact.EndpointSet(endpoint, setup.Secrets.IsEmpty ? set.NewSecret : null));
    }

    private static Outcome<ImmutableArray<DeliveryFact>> Replay(DeliverySetup setup, ReplayRequest request)
    {
        if (request.FromSeq < 1 || request.ToSeq < request.FromSeq)
        {
            return DeliveryRefusals.Invalid("from_seq", "at least 1, and at most to_seq");
        }

        return setup.Replays.Length >= MaxReplays ? DeliveryRefusals.TooManyReplays(MaxReplays) : If(true, new DeliveryFact.ReplayRequested(request));
    }

    private static Outcome<ImmutableArray<DeliveryFact>> If(bool changes, DeliveryFact happened) =>
        changes ? ImmutableArray.Create(happened) : ImmutableArray<DeliveryFact>.Empty;

    private static DeliveryFact.NothingChanged Of(string command, params ReadOnlySpan<string?> members) => new(CommandDigest.Of(command, members));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
