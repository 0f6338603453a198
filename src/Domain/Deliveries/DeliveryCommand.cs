using Marketplace.Journal;

namespace Marketplace.Deliveries;

/// <summary>What somebody wants of an installation's deliveries.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.command")]
public abstract record DeliveryCommand
{
    private DeliveryCommand() { }

    /// <summary>What the command says, as one value: a repeat of an operation id must be the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Pushes to an endpoint from now on, or changes how. <c>NewSecret</c> is used where there is none yet.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.set-endpoint")]
    public sealed record SetEndpoint([property: Id(0)] DeliveryEndpoint Endpoint, [property: Id(1)] EndpointSecret NewSecret)
        : DeliveryCommand
    {
        public override string Fingerprint =>
            CommandFingerprint.Of(
                "set-endpoint",
                Endpoint.Url.OriginalString,
                Endpoint.Ordering.ToString(),
                CommandFingerprint.Text(Endpoint.BatchSize),
                CommandFingerprint.Text(Endpoint.TimeoutSeconds),
                CommandFingerprint.Text(Endpoint.Types)
            );
    }

    /// <summary>The plugin pulls from now on; the cursor stays where it is.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.remove-endpoint")]
    public sealed record RemoveEndpoint : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("remove-endpoint");
    }

    /// <summary>Signs with a new secret, and until <c>OldUntil</c> with the old one too.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.rotate-secret")]
    public sealed record RotateSecret([property: Id(0)] EndpointSecret NewSecret, [property: Id(1)] DateTimeOffset OldUntil)
        : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("rotate-secret");
    }

    /// <summary>Goes on with a parked endpoint, and tries at once what waits for a later attempt.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.resume")]
    public sealed record Resume : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("resume");
    }

    /// <summary>The marketplace itself parks an endpoint.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.park")]
    public sealed record Park([property: Id(0)] string Reason) : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("park", Reason);
    }

    /// <summary>Delivers again.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.replay")]
    public sealed record Replay([property: Id(0)] ReplayRequest Request) : DeliveryCommand
    {
        // Its id stands for the operation and all that was asked with it; an end that was left open is another one at each repeat.
        public override string Fingerprint => CommandFingerprint.Of("replay", Request.Id);
    }

    /// <summary>The marketplace itself notes that a replay is through.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.finish-replay")]
    public sealed record FinishReplay([property: Id(0)] string Id, [property: Id(1)] long Sent, [property: Id(2)] long Failed)
        : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("finish-replay", Id);
    }
}
