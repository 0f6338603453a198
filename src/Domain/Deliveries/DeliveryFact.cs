using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Deliveries;

/// <summary>
/// A decision about an installation's deliveries; each case is one kind of journal fact of <c>delivery/{seller}/{plugin}</c> or, for a
/// plugin's endpoint, of <c>plugin-webhook/{plugin}</c>.
/// </summary>
public abstract record DeliveryFact : IJournalEvent
{
    private DeliveryFact() { }

    /// <summary><c>Secret</c> is set with the first endpoint only.</summary>
    public sealed record EndpointSet(DeliveryEndpoint Endpoint, EndpointSecret? Secret) : DeliveryFact;

    public sealed record EndpointRemoved : DeliveryFact;

    public sealed record SecretRotated(EndpointSecret Secret, DateTimeOffset OldUntil) : DeliveryFact;

    public sealed record DeliveriesParked(string Reason) : DeliveryFact
    {
        /// <summary>The revision of the plugin's endpoint; null for the installation's own.</summary>
        public long? Revision { get; init; }
    }

    public sealed record DeliveriesResumed : DeliveryFact;

    public sealed record ReplayRequested(ReplayRequest Replay) : DeliveryFact;

    public sealed record ReplayFinished(string Replay, long Sent, long Failed) : DeliveryFact;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : DeliveryFact;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type =>
        this switch
        {
            EndpointSet => "endpoint-set",
            EndpointRemoved => "endpoint-removed",
            SecretRotated => "secret-rotated",
            DeliveriesParked => "deliveries-parked",
            DeliveriesResumed => "deliveries-resumed",
            ReplayRequested => "replay-requested",
            ReplayFinished => "replay-finished",
            NothingChanged => JournalFact.NothingChanged,
            _ => throw new InvalidOperationException($"No journal type for {GetType().Name}."),
        };

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), DeliveryFactJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static DeliveryFact Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "endpoint-set" => typeof(EndpointSet),
            "endpoint-removed" => typeof(EndpointRemoved),
            "secret-rotated" => typeof(SecretRotated),
            "deliveries-parked" => typeof(DeliveriesParked),
            "deliveries-resumed" => typeof(DeliveriesResumed),
            "replay-requested" => typeof(ReplayRequested),
            "replay-finished" => typeof(ReplayFinished),
            JournalFact.NothingChanged => typeof(NothingChanged),
            _ => throw new FormatException($"The journal contains a delivery fact of unknown type '{type}'."),
        };
        return (DeliveryFact)JsonSerializer.Deserialize(payload.Span, shape, DeliveryFactJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(DeliveryFact.EndpointSet))]
[JsonSerializable(typeof(DeliveryFact.EndpointRemoved))]
[JsonSerializable(typeof(DeliveryFact.SecretRotated))]
[JsonSerializable(typeof(DeliveryFact.DeliveriesParked))]
[JsonSerializable(typeof(DeliveryFact.DeliveriesResumed))]
[JsonSerializable(typeof(DeliveryFact.ReplayRequested))]
[JsonSerializable(typeof(DeliveryFact.ReplayFinished))]
[JsonSerializable(typeof(DeliveryFact.NothingChanged))]
internal sealed partial class DeliveryFactJson : JsonSerializerContext;
