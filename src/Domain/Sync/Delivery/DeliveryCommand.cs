namespace Marketplace.Sync.Delivery;

/// <summary>What somebody wants of an installation's deliveries.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.command")]
public abstract record DeliveryCommand
{
    private DeliveryCommand()
    {
    }

    /// <summary>Pushes to an endpoint from now on, or changes how. <c>NewSecret</c> is used where there is none yet.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.set-endpoint")]
    public sealed record SetEndpoint([property: Id(0)] DeliveryEndpoint Endpoint, [property: Id(1)] EndpointSecret NewSecret) : DeliveryCommand;

    /// <summary>The plugin pulls from now on; the cursor stays where it is.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.remove-endpoint")]
    public sealed record RemoveEndpoint : DeliveryCommand;

    /// <summary>Signs with a new secret, and until <c>OldUntil</c> with the old one too.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.rotate-secret")]
    public sealed record RotateSecret([property: Id(0)] EndpointSecret NewSecret, [property: Id(1)] DateTimeOffset OldUntil) : DeliveryCommand;

    /// <summary>Goes on with a parked endpoint, and tries at once what waits for a later attempt.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.resume")]
    public sealed record Resume : DeliveryCommand;

    /// <summary>The marketplace itself parks an endpoint.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.park")]
    public sealed record Park([property: Id(0)] string Reason) : DeliveryCommand;

    /// <summary>Delivers again.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.replay")]
    public sealed record Replay([property: Id(0)] ReplayRequest Request) : DeliveryCommand;

    /// <summary>The marketplace itself notes that a replay is through.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.finish-replay")]
    public sealed record FinishReplay([property: Id(0)] string Id, [property: Id(1)] long Sent, [property: Id(2)] long Failed) : DeliveryCommand;
}
