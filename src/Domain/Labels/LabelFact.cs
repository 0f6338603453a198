using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Labels;

/// <summary>
/// An event of one label; each case is one kind of journal fact of <c>label/{seller}/{label}</c>. Contains nothing of the address.
/// </summary>
[GenerateSerializer, Immutable, Alias("mp.label-fact")]
public abstract record LabelFact : IJournalEvent
{
    private LabelFact() { }

    /// <summary>
    /// The order's address is decrypted to make the label; recorded before it happens. <c>Call</c>: 32 hexadecimal digits.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("mp.label-fact.address-opened")]
    public sealed record AddressOpened(
        [property: Id(0)] string Installation,
        [property: Id(1)] string OrderId,
        [property: Id(2)] string Call
    ) : LabelFact;

    public sealed record LabelCreated(
        string Installation,
        string OrderId,
        string Carrier,
        string Service,
        string TrackingId,
        int? WeightG,
        long AddressSeq,
        string EventId,
        long EventSeq
    ) : LabelFact;

    /// <summary>The label is shown with the address to a user of the seller; recorded before it happens.</summary>
    public sealed record LabelViewed(string OrderId) : LabelFact;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type =>
        this switch
        {
            AddressOpened => "address-opened",
            LabelCreated => "label-created",
            LabelViewed => "label-viewed",
            _ => throw new InvalidOperationException($"No journal type for {GetType().Name}."),
        };

    public static LabelFact Of(Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return new LabelCreated(
            label.Installation.ToString(),
            label.OrderId,
            label.Carrier,
            label.Service,
            label.TrackingId,
            label.WeightG,
            label.AddressSeq,
            label.EventId,
            label.EventSeq
        );
    }

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), LabelJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static LabelFact Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "address-opened" => typeof(AddressOpened),
            "label-created" => typeof(LabelCreated),
            "label-viewed" => typeof(LabelViewed),
            _ => throw new FormatException($"The journal contains a label fact of unknown type '{type}'."),
        };
        return (LabelFact)JsonSerializer.Deserialize(payload.Span, shape, LabelJson.Default)!;
    }

    /// <summary>The label described by a creation fact; null for other facts.</summary>
    public Label? ToLabel(LabelId id, DateTimeOffset at) =>
        this is LabelCreated made
            ? new Label(
                id,
                InstallationId.Parse(made.Installation, null),
                made.OrderId,
                made.Carrier,
                made.Service,
                made.TrackingId,
                made.WeightG,
                made.AddressSeq,
                made.EventId,
                made.EventSeq
            )
            {
                At = at,
            }
            : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LabelFact.AddressOpened))]
[JsonSerializable(typeof(LabelFact.LabelCreated))]
[JsonSerializable(typeof(LabelFact.LabelViewed))]
internal sealed partial class LabelJson : JsonSerializerContext;
