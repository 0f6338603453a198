using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.PluginApi;

namespace Marketplace.Api.Reference;

/// <summary>One event, as it is pushed, pulled and sent live: a CloudEvent 1.0 in structured JSON.</summary>
/// <param name="Specversion">Always <c>1.0</c>.</param>
/// <param name="Id">The event's id: the same on every way and in every repeat.</param>
/// <param name="Source">Which system the fact comes from.</param>
/// <param name="Type">What it is about, for example <c>order.created</c>.</param>
/// <param name="Subject">The order, waybill or product.</param>
/// <param name="Time">When it was so at its source.</param>
/// <param name="Datacontenttype">The media type of the data.</param>
/// <param name="Sequence">Its place in the seller's feed, as a decimal text.</param>
/// <param name="Dataschema">Where the data are described: a definition of the schema version's document at <c>/schemas</c>.</param>
/// <param name="Schemaversion">The schema version in which the data are written.</param>
/// <param name="Installation">For which installation it is.</param>
/// <param name="Data">As the schema version says of the type.</param>
internal sealed record EventEnvelope(
    string Specversion,
    string Id,
    string Source,
    string Type,
    string Subject,
    DateTimeOffset Time,
    string Datacontenttype,
    string Sequence,
    string? Dataschema,
    string Schemaversion,
    string Installation,
    JsonElement Data
);

/// <summary>A page of events.</summary>
/// <param name="Events">In the order of the seller's feed.</param>
/// <param name="NextCursor">Where the next page begins; what to confirm when these have arrived.</param>
/// <param name="HasMore">True if more events wait.</param>
/// <param name="Head">The last sequence of the feed.</param>
/// <param name="Cursor">What is confirmed.</param>
/// <param name="Lag">How far the plugin is behind.</param>
internal sealed record EventPage(
    IReadOnlyList<EventEnvelope> Events,
    string NextCursor,
    bool HasMore,
    long Head,
    string Cursor,
    EventLag Lag
);

/// <summary>An order's evidence with the marketplace's signature (docs/evidence.md).</summary>
/// <param name="Bundle">Who knew what, when.</param>
/// <param name="Signature">Over the bundle's canonical form.</param>
internal sealed record SignedEvidenceDocument(JsonElement Bundle, JsonElement Signature);

/// <summary>An event that the marketplace takes: a CloudEvent 1.0 in structured JSON with the extension attribute <c>seller</c>.</summary>
/// <param name="Specversion">Always <c>1.0</c>.</param>
/// <param name="Id">Together with the source, the event's identity.</param>
/// <param name="Source">The system that published it.</param>
/// <param name="Type">What happened, for example <c>order.created</c>.</param>
/// <param name="Subject">The order, waybill or product.</param>
/// <param name="Time">When; with its offset.</param>
/// <param name="Seller">The seller.</param>
/// <param name="Datacontenttype">application/json.</param>
/// <param name="Data">As the type asks for.</param>
internal sealed record IncomingEventDocument(
    string Specversion,
    string Id,
    string Source,
    string Type,
    string Subject,
    DateTimeOffset Time,
    string Seller,
    string? Datacontenttype,
    JsonElement Data
);

/// <summary>Marks an order as abnormal.</summary>
/// <param name="Kind">suspected-fraud, address-problem, late-delivery, payment-problem or other.</param>
/// <param name="Note">At most 500 characters, without a buyer's private data.</param>
internal sealed record FlagDocument(string Kind, string? Note);

/// <summary>Splits an order into parcels, which together hold exactly its items.</summary>
internal sealed record SplitDocument(IReadOnlyList<ParcelDocument> Parcels);

/// <summary>One parcel.</summary>
internal sealed record ParcelDocument(IReadOnlyList<ParcelItemDocument> Items);

/// <summary>What a parcel holds of an order's line.</summary>
internal sealed record ParcelItemDocument(int Line, int Quantity);

/// <summary>Ships orders of one buyer together.</summary>
/// <param name="With">The other orders.</param>
internal sealed record MergeDocument(IReadOnlyList<string> With);

/// <summary>Writes a waybill number back to an order.</summary>
internal sealed record TrackingDocument(string TrackingId, string Carrier);

/// <summary>Asks for a parcel label.</summary>
internal sealed record LabelDocument(string OrderId, string AddressHandle, string Carrier, string? Service, int? WeightG);

/// <summary>Changes fields of a product; what is left out stays.</summary>
internal sealed record ProductChangeDocument(
    string? Title,
    decimal? Price,
    string? Category,
    IReadOnlyDictionary<string, string>? Attributes
);

/// <summary>An OAuth 2.0 token answer (RFC 6749, section 5.1), with the marketplace's members for plugins.</summary>
internal sealed record TokenDocument(
    string AccessToken,
    string TokenType,
    long ExpiresIn,
    string? RefreshToken,
    long? RefreshExpiresIn,
    string? Scope,
    string? IssuedTokenType,
    string? Seller,
    string? Installation,
    [property: JsonPropertyName("r1_expires_in")] long? R1ExpiresIn,
    [property: JsonPropertyName("r2_expires_in")] long? R2ExpiresIn,
    [property: JsonPropertyName("w1_expires_in")] long? W1ExpiresIn,
    [property: JsonPropertyName("w2_expires_in")] long? W2ExpiresIn
);

/// <summary>An OAuth 2.0 error (RFC 6749, section 5.2).</summary>
internal sealed record TokenErrorDocument(string Error, string? ErrorDescription, string? ErrorUri);

// Shapes written or read without a record of their own: documented, never serialised.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(SignedEvidenceDocument))]
[JsonSerializable(typeof(IncomingEventDocument))]
[JsonSerializable(typeof(FlagDocument))]
[JsonSerializable(typeof(SplitDocument))]
[JsonSerializable(typeof(MergeDocument))]
[JsonSerializable(typeof(TrackingDocument))]
[JsonSerializable(typeof(LabelDocument))]
[JsonSerializable(typeof(ProductChangeDocument))]
[JsonSerializable(typeof(TokenDocument))]
[JsonSerializable(typeof(TokenErrorDocument))]
internal sealed partial class DocumentedJson : JsonSerializerContext;
