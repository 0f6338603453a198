using Marketplace.Journal;

namespace Marketplace.Deliveries;

/// <summary>A command on an installation's deliveries.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.command")]
public abstract record DeliveryCommand
{
    private DeliveryCommand() { }

    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Starts pushing to an endpoint, or changes how. <c>NewSecret</c> is used if there is none yet.</summary>
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

    /// <summary>Switches the plugin to pulling; the cursor stays.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.remove-endpoint")]
    public sealed record RemoveEndpoint : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("remove-endpoint");
    }

    /// <summary>Signs with a new secret, and with the old one too until <c>OldUntil</c>.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.rotate-secret")]
    public sealed record RotateSecret([property: Id(0)] EndpointSecret NewSecret, [property: Id(1)] DateTimeOffset OldUntil)
        : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("rotate-secret");
    }

    /// <summary>Resumes a parked endpoint, and retries everything waiting at once.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.resume")]
    public sealed record Resume : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("resume");
    }

    /// <summary>Parks an endpoint; issued by the marketplace itself.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.park")]
    public sealed record Park([property: Id(0)] string Reason) : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("park", Reason);
    }

    /// <summary>Redelivers events.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.replay")]
    public sealed record Replay([property: Id(0)] ReplayRequest Request) : DeliveryCommand
    {
        // The id identifies the operation with all its parameters; an open end would resolve differently at each repeat.
        public override string Fingerprint => CommandFingerprint.Of("replay", Request.Id);
    }

    /// <summary>Records that a replay has finished; issued by the marketplace itself.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.delivery.command.finish-replay")]
    public sealed record FinishReplay([property: Id(0)] string Id, [property: Id(1)] long Sent, [property: Id(2)] long Failed)
        : DeliveryCommand
    {
        public override string Fingerprint => CommandFingerprint.Of("finish-replay", Id);
    }
}
